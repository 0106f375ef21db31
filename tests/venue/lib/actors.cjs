// actors.cjs - a market that lives, on the loopback chain: creators launch coins, followers buy and sell them, all with keys and SDKs of their own.
//   node actors.cjs DIR PORT SEED SECONDS LAUNCHES-PER-SECOND
// Prints a line a launch; ends by itself. Must not: touch the wallet under test.
'use strict';
const { create, buy, sell, held, complete, seedKey } = require('./market.cjs');
const [seed, seconds, rate] = process.argv.slice(4);
let x = Number(seed) >>> 0 || 1;
const random = () => { x ^= x << 13; x >>>= 0; x ^= x >>> 17; x ^= x << 5; x >>>= 0; return x / 2 ** 32; };
const pause = (ms) => new Promise((r) => setTimeout(r, ms));
const end = Date.now() + seconds * 1000;
const count = { launches: 0, trades: 0, failed: 0 };
const attempt = (p) => p.then(() => { count.trades++; }, () => { count.failed++; });
// A coin's life: some buy at once, some follow, then they leave one after the other.
async function life(i) {
  const mint = await create(`${seed}.${i}`), n = 3 + Math.floor(random() * 4), lively = random() < 0.7;
  console.log(mint.toBase58());
  const who = Array.from({ length: n }, (_, k) => `follower ${seed}.${(i * 7 + k) % 40}`);
  for (const w of who) { await attempt(buy(mint, w, 0.2 + random() * (lively ? 1.5 : 0.3))); await pause(60 + random() * 250); }
  await pause(random() * 1200);
  for (const w of who.sort(() => random() - 0.5)) {
    const tokens = await held(mint, seedKey(w).publicKey).catch(() => 0n);
    if (tokens > 0n) await attempt(sell(mint, w, tokens));
    await pause(100 + random() * 400);
  }
}
(async () => {
  const lives = [];
  for (let i = 0; Date.now() < end; i++) { count.launches++; lives.push(life(i).catch((e) => { count.failed++; console.error(`actors: ${e.message}`); })); await pause(1000 / Number(rate)); }
  await Promise.all(lives);
  console.error(`actors: ${count.launches} launches, ${count.trades} trades, ${count.failed} failed`);
})();
