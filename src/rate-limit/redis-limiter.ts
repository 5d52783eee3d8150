import RateLimiterRedis from 'rate-limiter-flexible/lib/RateLimiterRedis.js';
import { refusalAsAnswer, type SharedLimiterFactory } from './shared-limiter.js';
import type { RedisLike } from './stores.js';

/**
 * The library's own script, but for two things: a refused call costs nothing, so that no second command has to return
 * it; and nothing is returned to a window that has ended.
 * KEYS[1] the key; ARGV: points to add (negative: to return; 0: to read), length of a window in seconds, points there are.
 */
const SCRIPT = `
local add = tonumber(ARGV[1])
local used = tonumber(redis.call('get', KEYS[1]) or -1)
if used < 0 then
  if add <= 0 then return {0, 0} end
  if add > tonumber(ARGV[3]) then return {add, ARGV[2] * 1000} end
  redis.call('set', KEYS[1], add, 'EX', ARGV[2])
  return {add, ARGV[2] * 1000}
end
local after = math.max(used + add, 0)
if add <= 0 or after <= tonumber(ARGV[3]) then
  if after ~= used then redis.call('incrby', KEYS[1], after - used) end
end
local ttl = redis.call('pttl', KEYS[1])
if ttl < 0 then
  redis.call('expire', KEYS[1], ARGV[2])
  ttl = ARGV[2] * 1000
end
return {after, ttl}
`;

/** The arguments of `eval` as node-redis writes them, which the library speaks. */
interface EvalArguments {
  readonly keys: readonly string[];
  readonly arguments: readonly string[];
}

type Eval = (script: string, ...rest: readonly unknown[]) => Promise<unknown>;

/**
 * Makes limiters that count in Redis or Valkey, each operation one atomic script.
 *
 * The client is not touched: left to itself the library defines a command on it, whose name it shares with every other
 * limiter the owner may have there.
 */
export function redisLimiters(client: RedisLike): SharedLimiterFactory {
  const storeClient = { eval: commandOf(client) };
  return (options) => {
    const limiter = new RateLimiterRedis({
      ...options,
      storeClient,
      useRedisPackage: true,
      customIncrTtlLuaScript: SCRIPT,
    });
    return {
      consume: (key) => refusalAsAnswer(limiter.consume(key)),
      penalty: (key) => limiter.penalty(key),
      reward: (key) => limiter.reward(key),
      get: (key) => limiter.penalty(key, 0),
      countsRefusals: false,
    };
  };
}

function commandOf(client: RedisLike): (script: string, args: EvalArguments) => Promise<unknown> {
  const run = client.eval.bind(client) as unknown as Eval;
  // ioredis and iovalkey define commands, node-redis does not; they differ in how they write the keys of a script.
  const lists = 'defineCommand' in client;
  return (script, args) => (lists ? run(script, args.keys.length, ...args.keys, ...args.arguments) : run(script, args));
}
