// front.mjs - a node's RPC front in a process of its own, before the loopback chain: node front.mjs PORT TARGET-PORT. For tests that kill it.
// Must not: listen anywhere but on 127.0.0.1.
import { createServer, request } from 'node:http';
const [port, target] = process.argv.slice(2).map(Number);
createServer((req, res) => {
  const up = request({ host: '127.0.0.1', port: target, path: req.url, method: req.method, headers: req.headers }, (r) => { res.writeHead(r.statusCode, r.headers); r.pipe(res); });
  up.on('error', () => res.destroy());
  req.pipe(up);
}).listen(port, '127.0.0.1', () => console.log('ready'));
