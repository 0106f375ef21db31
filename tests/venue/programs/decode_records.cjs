// decode_records.cjs DIR PORT RECORDS MINT MIGRATED - are the token, pool and transfer records in RECORDS (JSON lines of sluice-cat) what the
// accounts of the loopback chain say of two coins, of which the second was completed and migrated? TAP lines without a plan.
'use strict';
const [dir, port, file, mintText, migratedText] = process.argv.slice(2);
process.argv.splice(2, 99, dir, port);
const market = require('../lib/market.cjs');
const { K, pda, PROGRAMS, WSOL, PublicKey, spl } = market;
const fs = require('fs');
let n = 0, bad = 0;
const same = (got, want, what) => { const good = String(got) === String(want); n++; bad += !good; console.log(`${good ? 'ok' : 'not ok'} ${n} - ${what}`); if (!good) console.log(`# got ${got}, want ${want}`); };
const big = (line) => JSON.parse(line.replace(/:(\d{15,})/g, ':"$1"'));
(async () => {
  const records = fs.readFileSync(file, 'utf8').split('\n').filter(Boolean).map(big);
  for (const [seed, text] of [['decode', mintText], ['migrate', migratedText]]) {
    const mint = K(text), account = await market.account(mint), info = spl.unpackMint(mint, account, account.owner), creator = market.seedKey(`creator ${seed}`).publicKey;
    const t = records.filter((r) => r.rec === 'token' && r.mint === text);
    same(t.length, 1, `${seed}: one token record`);
    same([t[0].name, t[0].symbol, t[0].uri], [`Coin ${seed}`, `C${seed}`, `https://example.invalid/${seed}`], `${seed}: name, symbol, link`);
    same([t[0].decimals, t[0].supply_raw, t[0].mint_authority, t[0].freeze_authority], [info.decimals, info.supply, info.mintAuthority ? info.mintAuthority.toBase58() : null, info.freezeAuthority ? info.freezeAuthority.toBase58() : null], `${seed}: decimals, supply, authorities are the account's`);
    same(t[0].creator, creator.toBase58(), `${seed}: creator`);
    same(t[0].extensions, spl.getExtensionTypes(info.tlvData).reduce((s, x) => s + 2 ** x, 0), `${seed}: extensions are the account's`);
    const c = records.filter((r) => r.rec === 'pool' && r.mint === text && r.event === 'created' && r.venue === 'pump');
    same(c.length, 1, `${seed}: one record of its curve`);
    same([c[0].base_reserve_raw, c[0].quote_reserve_raw, c[0].base_real_raw, c[0].quote_real_raw, c[0].supply_raw], [1073000000000000n, 30000000000n, 793100000000000n, 0, 1000000000000000n], `${seed}: the curve begins as the global account says`);
    same(c[0].creator, (await market.curve(mint)).creator.toBase58(), `${seed}: who earns its creator fee is the curve's`);
  }
  const pools = records.filter((r) => r.rec === 'pool' && r.mint === migratedText && r.event !== 'created'), done = pools.filter((r) => r.event === 'completed'), moved = pools.filter((r) => r.event === 'migrated');
  same([done.length, moved.length], [1, 1], 'completed once, migrated once');
  const authority = pda(PROGRAMS.pump, 'pool-authority', K(migratedText))[0];
  const pool = PublicKey.findProgramAddressSync([Buffer.from('pool'), Buffer.alloc(2), authority.toBuffer(), K(migratedText).toBuffer(), WSOL.toBuffer()], PROGRAMS.pump_amm)[0];
  const made = records.filter((r) => r.rec === 'pool' && r.venue === 'pumpswap' && r.event === 'created' && r.mint === migratedText);
  same([moved[0].pool, made.length && made[0].pool], [pool.toBase58(), pool.toBase58()], 'into the canonical pool');
  const p = await market.account(pool), vault = async (at) => (await market.account(new PublicKey(p.data.subarray(at, at + 32)))).data.readBigUInt64LE(64);
  const base = await vault(139), quote = await vault(171), boost = p.data.length >= 261 ? p.data.readBigInt64LE(245) : 0n;
  const last = pools.concat(made).filter((r) => r.venue === 'pumpswap').sort((a, b) => a.seq - b.seq).pop();
  same([last.base_reserve_raw, last.quote_reserve_raw], [base, quote + boost], `the last record of the pool prices as its accounts do (boost ${boost})`);
  const wanted = [[null, 'alice', 'bob', 123456789], [null, 'carol', 'alice', 5], [mintText, 'alice', 'carol', 1000001]].map(([m, a, b, x]) => [m, market.seedKey(a).publicKey.toBase58(), market.seedKey(b).publicKey.toBase58(), x].join());
  const between = records.filter((r) => r.rec === 'transfer').map((r) => [r.mint, r.from, r.to, r.amount_raw].join());
  same(wanted.filter((w) => between.filter((b) => b === w).length !== 1), '', 'each plain transfer is one record');
  const actors = ['alice', 'bob', 'carol'].map((a) => market.seedKey(a).publicKey.toBase58());
  same(between.filter((b) => actors.includes(b.split(',')[1]) && actors.includes(b.split(',')[2])).length, 3, 'and there is no other between these three');
  process.exit(bad ? 1 : 0);
})().catch((e) => { console.log(`not ok - ${e.stack}`); process.exit(1); });
