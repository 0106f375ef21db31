// executed_create.cjs - the part of executed.cjs that makes coins by our own instructions on the pump.fun program: the old create, create_v2 in SOL and in
// USDC; and trades of the coin that is paid in USDC, every balance as quoted.
'use strict';
const { tokenAccount } = require('../golden/common.cjs');
module.exports = async ({ ok, same, quote, build, head, open, text, market, seed }, { user }) => {
  const { K, FEE, BUYBACK, spl, ata, rpc, seedKey, account, pda, VersionedTransaction } = market;
  const PUMP = K('6EF8rrecthR5Dkzon8Nwu78hRvfCKubJ14M5uBEwF6P'), FEES = K('pfeeUxB6jkeY1Hxd7CsFCAjcbHA9rWtchMGdZ6VojVZ'), USDC = K('EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v'), token = spl.TOKEN_PROGRAM_ID, token2022 = spl.TOKEN_2022_PROGRAM_ID;
  const me = user.publicKey, set = (k, owner, data, l) => rpc('_setAccount', [k.toBase58(), { lamports: Number(l), owner: owner.toBase58(), data: data.toString('base64') }]);
  async function land(description, signers = []) {
    const { value } = await rpc('getLatestBlockhash'), t = VersionedTransaction.deserialize(Buffer.from(build({ payer: me.toBase58(), blockhash: value.blockhash, ...description }), 'base64'));
    t.sign([user, ...signers]);
    const signature = await rpc('sendTransaction', [Buffer.from(t.serialize()).toString('base64'), { encoding: 'base64', skipPreflight: true }]), s = (await rpc('getSignatureStatuses', [[signature]])).value[0];
    await rpc('_slot');
    const seen = await rpc('getTransaction', [signature, { encoding: 'json', commitment: 'confirmed', maxSupportedTransactionVersion: 0 }]);
    return { landed: !!s, err: s && s.err, logs: seen && seen.meta.logMessages };
  }
  const note = (r) => `${JSON.stringify(r.err)} ${(r.logs || []).slice(-4).join(' | ')}`;
  const said = (name, creator) => ({ name, symbol: 'OURS', uri: `https://example.invalid/${seed}`, creator: creator.toBase58() });

  const old = seedKey(`old coin ${seed}`), plain = seedKey(`plain coin ${seed}`), dollar = seedKey(`dollar coin ${seed}`), creator = seedKey(`coin creator ${seed}`).publicKey;
  let r = await land({ keys: { user: me.toBase58(), base_mint: old.publicKey.toBase58(), base_program: 'token' }, instructions: [...head, { name: 'pump.create', arguments: said('Old', creator) }] }, [old]);
  ok(r.landed && !r.err, 'our create makes a coin under SPL Token', note(r));
  let c = await market.curve(old.publicKey);
  ok(c && c.creator.equals(creator) && c.virtual_token === 1073000000000000n && c.virtual_quote === 30000000000n, 'its curve is the program\'s new one');
  const v2 = { mayhem: false, cashback: false, creator_fee_bps: 0, holder_reward: false };
  r = await land({ keys: { user: me.toBase58(), base_mint: plain.publicKey.toBase58(), base_program: 'token_2022' }, instructions: [...head, { name: 'pump.create_v2', arguments: { ...said('Plain', creator), ...v2 } }] }, [plain]);
  ok(r.landed && !r.err, 'our create_v2 makes a coin under Token-2022', note(r));
  c = await market.curve(plain.publicKey);
  ok(c && c.creator.equals(creator) && (await account(plain.publicKey)).owner.equals(token2022), 'its curve and mint are there');

  // ---- a coin in USDC ----
  const mint = Buffer.alloc(82), u64 = (v) => { const b = Buffer.alloc(8); b.writeBigUInt64LE(v); return b; };
  mint.writeBigUInt64LE(10n ** 16n, 36); mint[44] = 6; mint[45] = 1;
  await set(USDC, token, mint, 1461600);
  const dollars = (owner, amount) => set(ata(USDC, owner, token), token, tokenAccount(USDC.toBuffer(), owner.toBuffer(), amount), 2039280);
  await dollars(me, 10n ** 12n);
  for (const k of [...FEE, ...BUYBACK]) await dollars(k, 0n);
  const globalAt = pda(PUMP, 'global')[0], global = (await account(globalAt)).data;
  USDC.toBuffer().copy(global, 1013), global.writeBigUInt64LE(30000000000n, 1005); // as for SOL: sluice-quote knows the virtual part of a curve by that
  await set(globalAt, PUMP, global, 10000000000n);
  // Stable tiers behind the SOL ones: 95 and 30 basis points at every market cap.
  const feesAt = pda(FEES, 'fee_config', PUMP)[0], fees = (await account(feesAt)).data, at = 69 + fees.readUInt32LE(65) * 40;
  const tier = Buffer.concat([Buffer.from([1, 0, 0, 0]), Buffer.alloc(16), u64(0n), u64(95n), u64(30n), u64(0n), u64(0n), u64(0n)]);
  tier.copy(fees, at);
  await set(feesAt, FEES, fees, 10000000000n);
  const keys = { user: me.toBase58(), base_mint: dollar.publicKey.toBase58(), base_program: 'token_2022', quote_mint: 'usdc', quote_program: 'token', creator: creator.toBase58(), fee_recipient: FEE[1].toBase58(), buyback_recipient: BUYBACK[0].toBase58() };
  r = await land({ keys, instructions: [...head, { name: 'pump.create_v2', quoted: true, arguments: { ...said('Dollar', creator), ...v2 } }] }, [dollar]);
  ok(r.landed && !r.err, 'our create_v2 makes a coin that is paid in USDC', note(r));
  c = await market.curve(dollar.publicKey);
  if (!c) return;
  same(`${c.virtual_token} ${c.virtual_quote}`, '1073000000000000 30000000000', 'its curve starts from the reserves of its quote');
  const usdcAt = ata(USDC, me, token), usdc = async () => (await account(usdcAt)).data.readBigUInt64LE(64);
  let x = BigInt(seed) * 977n + 5n;
  const next = (mod) => { x = x * 6364136223846793005n + 1442695040888963407n & (1n << 64n) - 1n; return (x >> 20n) % mod; };
  const kinds = ['buy_v2', 'buy_exact_quote_in_v2', 'sell_v2'];
  for (let i = 0; i < 12; i++) {
    const kind = kinds[i < 1 ? 0 : i < 2 ? 1 : Number(next(3n))], sell = kind === 'sell_v2', exact = kind.includes('exact');
    c = await market.curve(dollar.publicKey);
    const held = await market.held(dollar.publicKey, me), money = await usdc();
    const first = sell ? 1n + next(held) : exact ? 1000000n + next(2000000000n) : 1000000n + next(9000000000000n);
    const q = quote('pump', c.virtual_token, c.virtual_quote, ...(sell ? ['--sell-tokens', first] : exact ? ['--buy-sol', (Number(first) / 1e9).toFixed(9)] : ['--buy-tokens', first]));
    const args = sell ? { amount: text(first), min_sol_output: text(q.out_raw) } : exact ? { spendable_quote_in: text(first), min_tokens_out: text(q.out_raw) } : { amount: text(first), max_sol_cost: text(q.in_raw) };
    r = await land({ keys, instructions: [...head, ...(sell ? [] : [open(user, dollar.publicKey, token2022)]), { name: `pump.${kind}`, side: sell ? 'sell' : 'buy', arguments: args }] });
    if (!r.landed || r.err) { ok(false, `${kind} in USDC lands`, note(r)); continue; }
    same(await usdc() - money, sell ? BigInt(q.out_raw) : -BigInt(q.in_raw), `${kind} ${i}: USDC as quoted, to the unit`);
    same(await market.held(dollar.publicKey, me) - held, sell ? -BigInt(q.in_raw) : BigInt(q.out_raw), `${kind} ${i}: tokens as quoted`);
    c = await market.curve(dollar.publicKey);
    same(`${c.virtual_token} ${c.virtual_quote}`, `${q.base_reserve_raw} ${q.quote_reserve_raw}`, `${kind} ${i}: the curve stands where the quote left it`);
  }
  c = await market.curve(dollar.publicKey);
  const q = quote('pump', c.virtual_token, c.virtual_quote, '--buy-tokens', 1000000000n);
  r = await land({ keys, instructions: [...head, { name: 'pump.buy_v2', side: 'buy', arguments: { amount: '1000000000', max_sol_cost: text(q.in_raw - 1) } }] });
  same(r.err && r.err.InstructionError && r.err.InstructionError[1].Custom, 6002, 'one unit of USDC below the cost: 6002');
  r = await land({ keys: { ...keys, quote_mint: 'native_mint' }, instructions: [...head, { name: 'pump.buy_v2', side: 'buy', arguments: { amount: '1000000000', max_sol_cost: text(q.in_raw * 2) } }] });
  ok(r.landed && r.err, `the coin cannot be paid in SOL (${JSON.stringify(r.err)})`);
};
