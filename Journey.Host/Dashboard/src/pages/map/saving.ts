export type Format = 'svg' | 'png'

const scale = 2
const settled = ['fill', 'stroke', 'stroke-width', 'font-family', 'font-size', 'font-weight', 'stroke-dasharray'] as const

/** Saves a drawing as a file of its own: the page's colours are written into it. */
export async function save(drawing: SVGSVGElement, name: string, format: Format): Promise<void> {
  const text = standAlone(drawing)
  if (format === 'svg') return offer(new Blob([text], { type: 'image/svg+xml' }), `${name}.svg`)
  const box = drawing.viewBox.baseVal
  const image = new Image()
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = box.width * scale
  canvas.height = box.height * scale
  const pen = canvas.getContext('2d')!
  pen.fillStyle = getComputedStyle(document.body).backgroundColor
  pen.fillRect(0, 0, canvas.width, canvas.height)
  pen.drawImage(image, 0, 0, canvas.width, canvas.height)
  const blob = await new Promise<Blob | null>(done => canvas.toBlob(done, 'image/png'))
  if (blob) offer(blob, `${name}.png`)
}

function standAlone(drawing: SVGSVGElement): string {
  const copy = drawing.cloneNode(true) as SVGSVGElement
  const box = drawing.viewBox.baseVal
  copy.setAttribute('width', String(box.width))
  copy.setAttribute('height', String(box.height))
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  const originals = drawing.querySelectorAll('path, polygon, ellipse, text')
  copy.querySelectorAll('path, polygon, ellipse, text').forEach((element, i) => {
    const style = getComputedStyle(originals[i]!)
    for (const property of settled) element.setAttribute(property, style.getPropertyValue(property))
  })
  return new XMLSerializer().serializeToString(copy)
}

function offer(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  window.setTimeout(() => URL.revokeObjectURL(address), 10_000)
}
