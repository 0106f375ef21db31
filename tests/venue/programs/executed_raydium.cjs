// executed_raydium.cjs - the part of executed.cjs that trades on the Raydium AMM v4 program: with an order book's accounts (17 and 18) and without (8),
// exact in and exact out, both ways. The pool is laid down (pools.cjs) as pools of old pump.fun coins were; the swaps are the program's.
'use strict';
module.exports = async ({ ok, same, quote, signed, land, lamports, head, tip, open, close, text, market, seed, fixed }, { user }) => {
  const { WSOL, spl, ata, account } = market, token = spl.TOKEN_PROGRAM_ID;
  const { pool, mint, coin, pc, orders, target, book, dex: serum } = await require('../lib/pools.cjs').raydium(seed);

  const me = user.publicKey.toBase58(), wsol = ata(WSOL, user.publicKey, token);
  const keys = { user: me, base_mint: mint.toBase58(), quote_mint: 'native_mint', base_program: 'token', quote_program: 'token', pool: pool.toBase58(), open_orders: orders.toBase58(), target_orders: target.toBase58(), coin_vault: coin.toBase58(), pc_vault: pc.toBase58(), market_program: serum.toBase58(),
    market: book.toBase58(), bids: book.toBase58(), asks: book.toBase58(), event_queue: book.toBase58(), market_base_vault: book.toBase58(), market_quote_vault: book.toBase58(), market_signer: book.toBase58() };
  const reserves = async () => [(await account(coin)).data.readBigUInt64LE(64), (await account(pc)).data.readBigUInt64LE(64)];
  const wrap = (v) => [open(user, WSOL, token), { name: 'system.transfer', keys: { from: me, to: wsol.toBase58() }, arguments: { lamports: text(v) } }, { name: 'token.sync_native', keys: { account: wsol.toBase58() } }];
  const sol = (v) => (Number(v) / 1e9).toFixed(9);
  // kind, exact out?, target orders?
  const forms = [['swap_base_in', false, false], ['swap_base_in', false, true], ['swap_base_out', true, false], ['swap_base_in_v2', false, false], ['swap_base_out_v2', true, false]];
  for (let i = 0; i < 15; i++) {
    const [kind, exactOut, targetOrders] = forms[i % 5], sells = i >= 5 && i % 2 === 1, [b, q] = await reserves(), held = await market.held(mint, user.publicKey).catch(() => 0n), v = 30000000n + BigInt(i) * 7654321n;
    const quoted = sells ? (exactOut ? quote('raydium_v4', b, q, '--sell-for-sol', sol(v)) : quote('raydium_v4', b, q, '--sell-tokens', held / 3n)) : exactOut ? quote('raydium_v4', b, q, '--buy-tokens', v * 1000n) : quote('raydium_v4', b, q, '--buy-sol', sol(v));
    // Of an exact-out swap the program computes the input; asked for what our quote brings, it must want what our quote wants.
    const args = exactOut ? { max_amount_in: text(quoted.in_raw), amount_out: text(sells ? v : quoted.out_raw) } : { amount_in: text(quoted.in_raw), min_amount_out: text(quoted.out_raw) };
    const before = await lamports(user.publicKey), r = await land(user, { keys, instructions: [...head, ...(sells ? [open(user, WSOL, token)] : wrap(quoted.in_raw)), open(user, mint, token), { name: `raydium_v4.${kind}`, side: sells ? 'sell' : 'buy', target_orders: targetOrders, arguments: args }, close(user, wsol, token), tip(user)] });
    const name = `Raydium ${kind}${targetOrders ? ' with target orders' : ''}, ${sells ? 'sale' : 'buy'}`;
    if (!r.landed || r.err) { ok(false, `${name} lands`, JSON.stringify(r.err)); continue; }
    const made = i === 0 ? 2039280n : 0n, money = sells ? (exactOut ? v : BigInt(quoted.out_raw)) : -BigInt(quoted.in_raw), moved = sells ? -BigInt(quoted.in_raw) : BigInt(quoted.out_raw), now = await market.held(mint, user.publicKey);
    same(await lamports(user.publicKey) - before, money - fixed - made, `${name}: lamports as quoted`);
    same(now - held, moved, `${name}: tokens as quoted`);
  }
  const [b, q] = await reserves(), quoted = quote('raydium_v4', b, q, '--buy-sol', '0.1');
  const r = await land(user, { keys, instructions: [...head, ...wrap(quoted.in_raw), { name: 'raydium_v4.swap_base_in_v2', side: 'buy', arguments: { amount_in: text(quoted.in_raw), min_amount_out: text(BigInt(quoted.out_raw) + 1n) } }] });
  same(r.err && r.err.InstructionError[1].Custom, 30, 'Raydium: one token more than comes is refused: 30');

  // As live execution does it; the program writes no event, so the fill is read off the balances.
  const live = require('../lib/live.cjs')({ signed, market }, user), here = { venue: 'raydium_v4', mint, pool, accounts: [pool, coin, pc] };
  for (let i = 0; i < 8; i++) {
    const sell = i % 2 === 1, held = await market.held(mint, user.publicKey), amount = sell ? (i === 7 ? held : held / 3n) : 20000000n + BigInt(i) * 3333333n, side = sell ? 'sell' : 'buy', loose = await live.plan(here, side, amount, 1), q = await live.plan(here, side, amount, loose.out);
    const before = await lamports(user.publicKey), sent = await live.send(q), name = `Raydium as live execution does it, ${side} ${i}`;
    if (!sent.landed || sent.err) { ok(false, `${name} lands`, JSON.stringify(sent.err)); continue; }
    const back = i === 7 ? 2039280n : 0n;
    same(await lamports(user.publicKey) - before, (sell ? BigInt(q.out) : -BigInt(q.in)) - live.FEES + back, `${name}: lamports as quoted`);
    const f = live.fill(here, side, amount, sent.t);
    same(`${f.status} ${f.base} ${f.quote} ${f.rent_paid} ${f.rent_refund}`, `landed ${sell ? q.in : q.out} ${sell ? q.out : q.in} 0 ${back}`, `${name}: the fill is the quote`);
  }
};
