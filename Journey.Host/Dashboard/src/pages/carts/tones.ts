import type { Tone } from '../../ui/layout'

export const cartTone: Record<string, Tone> = { active: 'info', abandoned: 'warn', 'checking out': 'info', converted: 'good', recovered: 'good' }
