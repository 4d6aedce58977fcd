-- Take over a session that another store kept, unless more of it, or another one of the user's, is held by now.
--
-- KEYS[1]  the user's session, a hash
-- ARGV[1]  a JSON list of texts: the fields of the hash in order, then the id of the session that was held before
-- Returns  "1" where it was taken over, "0" where what is held goes on

local key = KEYS[1]
local names = { 'id', 'started', 'anchor', 'tracks', 'times', 'position', 'penalty', 'penalised', 'request', 'ended' }
local values = cjson.decode(ARGV[1])
local base = values[#names + 1]

local held = redis.call('HMGET', key, 'id', 'position')
if held[1] then
  local more_of_the_same = held[1] == values[1] and tonumber(held[2]) < tonumber(values[6])
  local what_was_before = held[1] == base and values[1] ~= base
  if not (more_of_the_same or what_was_before) then
    return '0'
  end
end
for i, name in ipairs(names) do
  redis.call('HSET', key, name, values[i])
end
redis.call('PEXPIRE', key, %(ttl_ms)d)
return '1'
