// Sends events through the real Segment client, by way of a proxy that fails as networks and servers do.
// Arguments: the server's address, the number of events. Prints one line of JSON: what was sent and what went wrong on the way.
import http from "node:http";
import { Analytics } from "@segment/analytics-node";

const server = new URL(process.argv[2]);
const count = Number(process.argv[3]);
const faults = { serverError: 0, tooMany: 0, droppedBefore: 0, droppedAfter: 0, cutOff: 0, sentTwice: 0 };

function forward(request, body) {
  return new Promise((resolve, reject) => {
    const onward = http.request(
      { host: server.hostname, port: server.port, path: request.url, method: request.method, headers: { ...request.headers, host: server.host, "content-length": body.length } },
      answer => {
        const parts = [];
        answer.on("data", part => parts.push(part));
        answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts) }));
        answer.on("error", reject);
      });
    onward.on("error", reject);
    onward.end(body);
  });
}

/** The server gets the beginning of a body, and then the connection breaks. */
function cutOff(request, body) {
  return new Promise(resolve => {
    const onward = http.request({ host: server.hostname, port: server.port, path: request.url, method: request.method, headers: { ...request.headers, host: server.host } });
    onward.on("error", resolve);
    onward.write(body.subarray(0, body.length >> 1), () => { onward.destroy(); resolve(); });
  });
}

let attempts = 0;
const proxy = http.createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const body = Buffer.concat(parts);
  const answer = ({ status, headers, body: content }) => {
    response.writeHead(status, { "content-type": headers["content-type"] ?? "text/plain", ...(headers["retry-after"] ? { "retry-after": headers["retry-after"] } : {}) });
    response.end(content);
  };
  try {
    switch (attempts++ % 20) {
      case 2: faults.serverError++; return answer({ status: 500, headers: {}, body: "" });
      case 5: faults.tooMany++; return answer({ status: 429, headers: { "retry-after": "1" }, body: "" });
      case 8: faults.droppedBefore++; return request.socket.destroy();
      // Recorded, and its sender never learns of it: the retry is a duplicate.
      case 11: faults.droppedAfter++; await forward(request, body); return request.socket.destroy();
      case 14: faults.cutOff++; await cutOff(request, body); return request.socket.destroy();
      case 17: faults.sentTwice++; return answer((await Promise.all([forward(request, body), forward(request, body)]))[0]);
      default: return answer(await forward(request, body));
    }
  } catch {
    request.socket.destroy();
  }
});

await new Promise(resolve => proxy.listen(0, "127.0.0.1", resolve));

const analytics = new Analytics({
  writeKey: "node-client-key",
  host: `http://127.0.0.1:${proxy.address().port}`,
  flushAt: 100,
  flushInterval: 500,
  maxRetries: 50,
});
const errors = [];
analytics.on("error", error => errors.push(String(error.reason?.message ?? error.reason ?? error.code)));

function call(i) {
  const messageId = `node-${i}`;
  const userId = `user-${i % 500}`;
  const timestamp = new Date(Date.UTC(2026, 2, 1, 10, 0, 0) + i * 1000);
  switch (i % 10) {
    case 0: return analytics.identify({ messageId, userId, timestamp, traits: { email: `user-${i % 500}@example.org`, plan: "gold" } });
    case 1: return analytics.page({ messageId, userId, timestamp, name: "Home", properties: { path: "/" } });
    case 2: return analytics.screen({ messageId, userId, timestamp, name: "Cart" });
    case 3: return analytics.group({ messageId, userId, timestamp, groupId: "club" });
    case 4: return analytics.track({ messageId, anonymousId: `browser-${i % 700}`, timestamp, event: "Product Viewed", properties: { product_id: `p${i % 50}` } });
    default: return analytics.track({ messageId, userId, timestamp, event: "Product Added", properties: { cart_id: `c${i % 500}`, price: 19.9, title: "Caffè ☕" } });
  }
}

let repeated = 0;
for (let i = 0; i < count; i++) {
  call(i);
  // A program that isn't sure whether it has said something says it again.
  if (i % 20 === 7) { call(i); repeated++; }
}

await analytics.closeAndFlush({ timeout: 240_000 });
proxy.close();
proxy.closeAllConnections();
console.log(JSON.stringify({ repeated, attempts, faults, errors: errors.length, firstErrors: errors.slice(0, 5) }));
