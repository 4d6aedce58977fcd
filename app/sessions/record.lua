-- Record one playback: one key, one round trip, atomic.
--
-- KEYS[1]  the user's session, a hash
-- ARGV     track (JSON), time, request id, id of a new session, now (ms), last ("1" or "0"),
--          ttl (ms), history limit, skip threshold, maximal penalty
-- Returns  id, started (ms), anchor (JSON), history ("[track,time]" lines), position, penalty, penalised ("1" or "0")
--
-- A request id that comes again returns what it returned before. The last playback leaves the session marked as
-- ended instead of removed, so that this holds for it too.

local key = KEYS[1]
local track, time, request, new_session, now, last = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local ttl, limit, skip, max_penalty = ARGV[7], tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10])

local old = redis.call('HMGET', key, 'id', 'started', 'anchor', 'history', 'position', 'penalty', 'penalised',
  'request', 'ended')
if old[8] == request then
  return { old[1], old[2], old[3], old[4], old[5], old[6], old[7] }
end

local id, started, anchor, history, position, penalty = old[1], old[2], old[3], old[4], old[5], old[6]
local entry = '[' .. track .. ',' .. time .. ']'
if not id or old[9] == '1' then
  id, started, anchor, history, position, penalty = new_session, now, track, entry, '0', 0
else
  position = tostring(tonumber(position) + 1)
  history = history .. '\n' .. entry
  if tonumber(position) >= limit then
    history = string.sub(history, string.find(history, '\n', 1, true) + 1)
  end
end

local penalised = '0'
if tonumber(time) > skip then
  penalty = 0
else
  penalty = tonumber(penalty) + 1
  if penalty >= max_penalty then
    penalty, penalised = 0, '1'
  end
end
penalty = tostring(penalty)

redis.call('HSET', key, 'id', id, 'started', started, 'anchor', anchor, 'history', history, 'position', position,
  'penalty', penalty, 'penalised', penalised, 'request', request, 'ended', last)
redis.call('PEXPIRE', key, ttl)
return { id, started, anchor, history, position, penalty, penalised }
