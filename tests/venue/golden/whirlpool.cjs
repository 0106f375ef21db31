// whirlpool.cjs DIR SEED COUNT - swap and swap_v2 of Orca Whirlpool as the official SDK builds them, and the addresses it derives.
'use strict';
const [dir, seed, count] = process.argv.slice(2);
const { createRequire } = require('module');
const need = createRequire(`${dir}/whirlpool/`);
const { PublicKey, Connection } = need('@solana/web3.js');
const BN = need('bn.js');
const { WhirlpoolContext, WhirlpoolIx, PDAUtil } = need('@orca-so/whirlpools-sdk');
const { seeded, line } = require('./common.cjs');

const r = seeded(seed), key = () => new PublicKey(r.bytes(32)), bn = (v) => new BN(v.toString());
const TOKEN = new PublicKey('TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA'), TOKEN_2022 = new PublicKey('TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb');
// Only its program is used: nothing is asked over the connection.
const wallet = { publicKey: key(), signTransaction: async (t) => t, signAllTransactions: async (t) => t };
const { program } = WhirlpoolContext.from(new Connection('http://127.0.0.1:9'), wallet);
const MIN = 4295048016n, MAX = 79226673515401279992447579055n;

function swap() {
  const v2 = r.coin(), pool = key(), user = key(), aToB = r.coin(), exactIn = r.below(4) > 0, amount = r.amount(), limit = r.amount();
  const k = { mint_a: key(), mint_b: key(), program_a: r.coin() ? TOKEN : TOKEN_2022, program_b: TOKEN, user_a: key(), user_b: key(), vault_a: key(), vault_b: key(), tick_array_0: key(), tick_array_1: key(), tick_array_2: key() };
  const sqrt = r.pick([0n, MIN, MAX, (r.next() << 32n | 5n) + MIN]);
  const oracle = PDAUtil.getOracle(program.programId, pool).publicKey;
  const params = {
    amount: bn(amount), otherAmountThreshold: bn(limit), sqrtPriceLimit: bn(sqrt), amountSpecifiedIsInput: exactIn, aToB, whirlpool: pool, tokenAuthority: user, tokenOwnerAccountA: k.user_a, tokenVaultA: k.vault_a,
    tokenOwnerAccountB: k.user_b, tokenVaultB: k.vault_b, tickArray0: k.tick_array_0, tickArray1: k.tick_array_1, tickArray2: k.tick_array_2, oracle,
    tokenMintA: k.mint_a, tokenMintB: k.mint_b, tokenProgramA: k.program_a, tokenProgramB: k.program_b,
  };
  const ix = (v2 ? WhirlpoolIx.swapV2Ix : WhirlpoolIx.swapIx)(program, params).instructions[0];
  return line({ venue: 'whirlpool', kind: v2 ? 'swap_v2' : 'swap', user, pool, ...k, amount, limit, sqrt_limit_low: sqrt & (1n << 64n) - 1n, sqrt_limit_high: sqrt >> 64n, exact_in: +exactIn, a_to_b: +aToB }, [ix]);
}
function pda() {
  const pool = key(), a = key(), b = key(), spacing = r.pick([1, 2, 4, 8, 16, 64, 96, 128, 256, 32896]), start = (r.below(2001) - 1000) * 88 * spacing;
  const le = Buffer.alloc(2);
  le.writeUInt16LE(spacing);
  const hex = (x) => Buffer.from(x).toString('hex'), id = program.programId;
  const [seeds, got] = r.pick([
    [['tick_array', pool.toBuffer(), String(start)], PDAUtil.getTickArray(id, pool, start)],
    [['oracle', pool.toBuffer()], PDAUtil.getOracle(id, pool)],
    [['whirlpool', pool.toBuffer(), a.toBuffer(), b.toBuffer(), le], PDAUtil.getWhirlpool(id, pool, a, b, spacing)],
  ]);
  return `what=pda seeds=${seeds.map(hex).join(',')} program=${id.toBase58()} address=${got.publicKey.toBase58()} bump=${got.bump}`;
}
for (let i = 0; i < +count; i++) console.log(i % 6 === 5 ? pda() : swap());
