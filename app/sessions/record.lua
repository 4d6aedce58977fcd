-- Record one playback: one key, one round trip, atomic. The body of a function.
--
-- key       the user's session, a hash
-- argument  lines: track (JSON), time, request id (which names a new session), now (ms), last ("1" or "0")
-- Returns   id, started (ms), anchor, tracks and times (JSON lines), position, penalty, penalised ("1" or "0")
--
-- The rules stand in the script itself, filled in at the start, so that they are not sent each time.
--
-- A request id that comes again returns what it returned before. The last playback leaves the session marked as
-- ended instead of removed, so that this holds for it too.

local track, time, request, now, last =
  string.match(argument, '([^\n]*)\n([^\n]*)\n([^\n]*)\n([^\n]*)\n([^\n]*)')
local ttl_ms, history_limit = %(ttl_ms)d, %(history_limit)d
local skip_threshold, max_penalty = %(skip_threshold)r, %(max_penalty)d

local old = redis.pcall('HMGET', key, 'id', 'started', 'anchor', 'tracks', 'times', 'position', 'penalty',
  'penalised', 'request', 'ended')
if old.err then
  return old -- the key holds something else than a hash
end
if old[9] == request then
  return { old[1], old[2], old[3], old[4], old[5], old[6], old[7], old[8] }
end

local id, started, anchor, tracks, times, position, penalty = unpack(old, 1, 7)
if not id or old[10] == '1' then
  id, started, anchor, tracks, times, position, penalty = request, now, track, track, time, '0', 0
else
  position = tostring(tonumber(position) + 1)
  tracks = tracks .. '\n' .. track
  times = times .. '\n' .. time
  if tonumber(position) >= history_limit then
    tracks = string.sub(tracks, string.find(tracks, '\n', 1, true) + 1)
    times = string.sub(times, string.find(times, '\n', 1, true) + 1)
  end
end

local penalised = '0'
if tonumber(time) > skip_threshold then
  penalty = 0
else
  penalty = tonumber(penalty) + 1
  if penalty >= max_penalty then
    penalty, penalised = 0, '1'
  end
end
penalty = tostring(penalty)

redis.call('HSET', key, 'id', id, 'started', started, 'anchor', anchor, 'tracks', tracks, 'times', times,
  'position', position, 'penalty', penalty, 'penalised', penalised, 'request', request, 'ended', last)
redis.call('PEXPIRE', key, ttl_ms)
return { id, started, anchor, tracks, times, position, penalty, penalised }
