import { createHash } from 'node:crypto';

/** A script that Redis runs as one step; `sha` is what Redis knows it by. */
export interface Script { text: string; sha: string }

function script(...parts: string[]): Script {
  const text = parts.join('\n');
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}

/**
 * What is kept of an account, under one hash tag so that a cluster keeps it in one place:
 * state (hash: the bucket), held (sorted set: calls in flight by the end of their lease), points (hash: what each call in
 * flight has drawn), line (sorted set: processes that wait, by the time they came), members (sorted set: processes by when
 * they were last heard of).
 */
export function keysOf(account: string): string[] {
  return ['state', 'held', 'points', 'line', 'members'].map((name) => `b2b:limits:{${account}}:${name}`);
}

/** Where a process hears that it is its turn; the message is the account. */
export function channelOf(process: string): string { return `b2b:limits:turn:${process}`; }

/** Times are Redis's own, ms: the clocks of the processes do not matter. ARGV: process, lease, account, … */
const common = `
local state, held, points, line, members = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local process, lease, account = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000

for _, gone in ipairs(redis.call('ZRANGEBYSCORE', held, '-inf', now)) do
  redis.call('ZREM', held, gone)
  redis.call('HDEL', points, gone)
end
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', members, '-inf', now - lease)) do
  redis.call('ZREM', members, gone)
  redis.call('ZREM', line, gone)
end

local function exact(number) return string.format('%.3f', number) end
local function first() return redis.call('ZRANGE', line, 0, 0)[1] end
local function tell()
  local whose = first()
  if whose then redis.call('PUBLISH', 'b2b:limits:turn:' .. whose, account) end
end
local function keep()
  for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, 3600000) end
end`;

/** The books of the bucket, as the buckets of one process keep them. ARGV from 4: kind, size, rate, most, full. */
const bucket = `
local kind, most = ARGV[4], tonumber(ARGV[7])
local kept = redis.call('HMGET', state, 'available', 'at', 'size', 'rate', 'paused')
local size, rate = tonumber(ARGV[5]), tonumber(ARGV[6])
if kind == 'points' then
  size = tonumber(kept[3]) or size
  rate = tonumber(kept[4]) or rate
end
local function way()
  local sum = 0
  if kind == 'points' then
    for _, drawn in ipairs(redis.call('HVALS', points)) do sum = sum + tonumber(drawn) end
  end
  return sum
end
local available = tonumber(kept[1]) or (ARGV[8] == '1' and size or 0)
available = math.min(size - way(), available + math.max(0, now - (tonumber(kept[2]) or now)) * math.min(rate, most) / 1000)
local function write()
  redis.call('HSET', state, 'available', exact(available), 'at', exact(now), 'size', exact(size), 'rate', exact(rate))
end`;

/**
 * Asks for a call to start. ARGV from 9: ticket, calls at once, cost, ms after which a process that does not ask loses its
 * turn. Returns how long to wait, ms (0: it may start; -1: until told), the number of processes, and the points drawn.
 * Asking again with a ticket that has started says so.
 */
export const acquire = script(common, bucket, `
local ticket, calls, cost, turn = ARGV[9], tonumber(ARGV[10]), tonumber(ARGV[11]), tonumber(ARGV[12])
redis.call('ZADD', members, now, process)
local known = redis.call('ZCARD', members)
if redis.call('ZSCORE', held, ticket) then return { 0, known, redis.call('HGET', points, ticket) or '0' } end

local whose = first()
while whose and whose ~= process and tonumber(redis.call('ZSCORE', members, whose) or 0) < now - turn do
  redis.call('ZREM', line, whose)
  whose = first()
end

local function wait()
  if whose and whose ~= process then return -1 end
  if redis.call('ZCARD', held) >= calls then return -1 end
  if kind == 'none' then return 0 end
  if (tonumber(kept[5]) or 0) > now then return math.ceil(tonumber(kept[5]) - now) end
  cost = math.min(cost, size)
  if cost > size - way() then return -1 end
  if available < cost - 0.001 then return math.max(1, math.ceil((cost - available) * 1000 / math.min(rate, most))) end
  return 0
end
local ms = wait()
if ms ~= 0 then
  redis.call('ZADD', line, 'NX', now, process)
else
  redis.call('ZREM', line, process)
  redis.call('ZADD', held, now + lease, ticket)
  if kind == 'none' then
    cost = 0
  else
    available = available - cost
    write()
  end
  redis.call('HSET', points, ticket, cost)
  tell()
end
keep()
return { ms, known, tostring(cost) }`);

/**
 * A call has ended. ARGV from 9: ticket, points drawn, ms for which all stop, has the answer told of the bucket, and what:
 * actual, size, available, rate ('' where it did not say).
 */
export const release = script(common, bucket, `
local ticket = ARGV[9]
local drawn = tonumber(redis.call('HGET', points, ticket) or ARGV[10])
redis.call('ZREM', held, ticket)
redis.call('HDEL', points, ticket)
if kind == 'points' then
  if ARGV[12] == '1' then
    local actual, told, left, restored = tonumber(ARGV[13]), tonumber(ARGV[14]), tonumber(ARGV[15]), tonumber(ARGV[16])
    if restored and restored > 0 then rate = restored end
    if told and told > 0 then
      available = available + told - size
      size = told
    end
    if actual then available = available + math.max(0, drawn - actual) end
    available = math.min(available, size - way(), left or math.huge)
  end
  write()
end
if kind ~= 'none' and tonumber(ARGV[11]) > 0 then
  redis.call('HSET', state, 'paused', exact(math.max(tonumber(kept[5]) or 0, now + tonumber(ARGV[11]))))
end
tell()
keep()
return 1`);

/** A process is still there, with these calls in flight. ARGV from 4: ticket, points drawn, ticket … Returns the number of processes. */
export const renew = script(common, `
redis.call('ZADD', members, now, process)
for i = 4, #ARGV, 2 do
  redis.call('ZADD', held, now + lease, ARGV[i])
  redis.call('HSET', points, ARGV[i], ARGV[i + 1])
end
keep()
return redis.call('ZCARD', members)`);

/** A process waits no longer; ARGV[4] is 1: it leaves for good. */
export const leave = script(common, `
redis.call('ZREM', line, process)
if ARGV[4] == '1' then redis.call('ZREM', members, process) end
tell()
return 1`);
