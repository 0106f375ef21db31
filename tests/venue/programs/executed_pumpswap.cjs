// executed_pumpswap.cjs - the part of executed.cjs that completes a curve, migrates it, and trades the PumpSwap pool it becomes: wrapping SOL,
// swapping, closing, all in one transaction; every balance as quoted.
'use strict';
module.exports = async ({ ok, same, quote, land, lamports, rent, head, tip, open, close, text, edge, market, fixed }, { user, mint, keys, program }) => {
  const { pda, ata, K, WSOL, FEE, BUYBACK, spl, account, sdk } = market;
  const PUMP = K('6EF8rrecthR5Dkzon8Nwu78hRvfCKubJ14M5uBEwF6P'), AMM = K('pAMMBay6oceH9fJKBRHGP5D4bD4sWpmSwMn52FMfXEA');
  let c = await market.curve(mint);
  const q = quote('pump', c.virtual_token, c.virtual_quote, '--buy-tokens', c.real_token);
  const bought = await land(user, { keys, instructions: [...head, open(user, mint, program), { name: 'pump.buy', side: 'buy', arguments: { amount: text(c.real_token), max_sol_cost: text(q.in_raw), track_volume: true } }] });
  c = await market.curve(mint);
  ok(!bought.err && c.complete, 'the last tokens of the curve are bought at the quoted cost: it is complete', JSON.stringify(bought.err));
  const none = await land(user, { keys, instructions: [...head, { name: 'pump.sell', side: 'sell', arguments: { amount: '1000', min_sol_output: '0' } }] });
  same(none.err && none.err.InstructionError[1].Custom, 6005, 'a sale to a complete curve: 6005');

  const migrate = await sdk.migrateV2Instruction({ withdrawAuthority: market.seedKey('admin').publicKey, mint, user: user.publicKey, quoteMint: WSOL, baseTokenProgram: program, quoteTokenProgram: spl.TOKEN_PROGRAM_ID });
  let migrated = true;
  try { await market.send(user, [], [migrate]); } catch (e) { migrated = false; ok(false, 'migrates to PumpSwap', e.message); }
  if (!migrated) return;
  const authority = pda(PUMP, 'pool-authority', mint)[0], pool = market.PublicKey.findProgramAddressSync([Buffer.from('pool'), Buffer.from([0, 0]), authority.toBuffer(), mint.toBuffer(), WSOL.toBuffer()], AMM)[0];
  const a = await account(pool);
  ok(a && a.owner.equals(AMM), 'migrates to PumpSwap: the canonical pool is there');
  const baseVault = new market.PublicKey(a.data.subarray(139, 171)), quoteVault = new market.PublicKey(a.data.subarray(171, 203)), creator = new market.PublicKey(a.data.subarray(211, 243)), cashback = a.data[244] === 1;
  const reserves = async () => { const [b, w, p] = [await account(baseVault), await account(quoteVault), await account(pool)]; return [b.data.readBigUInt64LE(64), w.data.readBigUInt64LE(64) + p.data.readBigInt64LE(245)]; };
  const poolKeys = { ...keys, pool: pool.toBase58(), base_vault: baseVault.toBase58(), quote_vault: quoteVault.toBase58(), creator: creator.toBase58(), fee_recipient: FEE[1].toBase58(), buyback_recipient: BUYBACK[0].toBase58() };
  const flags = { cashback, has_creator: !creator.equals(market.PublicKey.default) }, wsol = ata(WSOL, user.publicKey, spl.TOKEN_PROGRAM_ID);
  const wrap = (v) => [open(user, WSOL, spl.TOKEN_PROGRAM_ID), { name: 'system.transfer', keys: { from: user.publicKey.toBase58(), to: wsol.toBase58() }, arguments: { lamports: text(v) } }, { name: 'token.sync_native', keys: { account: wsol.toBase58() } }];
  let first = true;
  for (let i = 0; i < 12; i++) {
    const sells = i % 3 === 2, exact = i % 2 === 1;
    const [base, q0] = await reserves(), before = await lamports(user.publicKey), held = await market.held(mint, user.publicKey);
    let qt, args, money;
    if (sells) { const v = held / 3n; qt = quote('pumpswap', base, q0, '--sell-tokens', v); args = { base_amount_in: text(v), min_quote_amount_out: text(qt.out_raw) }; } else if (exact) { const v = edge(50000000n + BigInt(i) * 7777777n, [2n, 93n, 30n]); qt = quote('pumpswap', base, q0, '--buy-sol', (Number(v) / 1e9).toFixed(9)); args = { spendable_quote_in: text(v), min_base_amount_out: text(qt.out_raw), track_volume: true }; } else { const v = 1000000000n * BigInt(i + 1); qt = quote('pumpswap', base, q0, '--buy-tokens', v); args = { base_amount_out: text(v), max_quote_amount_in: text(qt.in_raw), track_volume: true }; }
    money = sells ? BigInt(qt.out_raw) : -BigInt(qt.in_raw);
    const name = sells ? 'sell' : exact ? 'buy_exact_quote_in' : 'buy';
    const r = await land(user, { keys: poolKeys, instructions: [...head, ...(sells ? [open(user, WSOL, spl.TOKEN_PROGRAM_ID)] : wrap(exact ? args.spendable_quote_in : qt.in_raw)), ...(i === 0 ? [open(user, mint, program)] : []), { name: `pump_swap.${name}`, side: sells ? 'sell' : 'buy', ...flags, arguments: args }, close(user, wsol, spl.TOKEN_PROGRAM_ID), tip(user)] });
    if (!r.landed || r.err) { ok(false, `PumpSwap ${name} ${i} lands`, JSON.stringify(r.err)); continue; }
    const made = first ? await rent(137) + await rent(165) : 0n; // our volume account, and the creator's wSOL account, which the first trade of a pool pays for
    first = false;
    same(await lamports(user.publicKey) - before, money - fixed - made, `PumpSwap ${name} ${i}: wrapped, swapped, closed: lamports as quoted`);
    same(await market.held(mint, user.publicKey) - held, sells ? -BigInt(qt.in_raw) : BigInt(qt.out_raw), `PumpSwap ${name} ${i}: tokens as quoted`);
    same((await reserves()).join(' '), `${qt.base_reserve_raw} ${qt.quote_reserve_raw}`, `PumpSwap ${name} ${i}: the pool stands where the quote left it`);
  }
  const [base, q0] = await reserves(), qt = quote('pumpswap', base, q0, '--buy-tokens', 1000000000);
  const r = await land(user, { keys: poolKeys, instructions: [...head, ...wrap(qt.in_raw), { name: 'pump_swap.buy', side: 'buy', ...flags, arguments: { base_amount_out: '1000000000', max_quote_amount_in: text(qt.in_raw - 1), track_volume: true } }] });
  ok(r.err && [6004, 6040].includes(r.err.InstructionError[1].Custom), `PumpSwap: one lamport below the cost is refused (${r.err && r.err.InstructionError[1].Custom})`, JSON.stringify(r.err));
};
