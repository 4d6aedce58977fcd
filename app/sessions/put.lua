-- Take over a session that another store kept, unless more of it, or another one of the user's, is held by now. The
-- body of a function.
--
-- key       the user's session, a hash
-- argument  JSON: the fields of the hash in order, as texts, and the ids of the sessions that this one followed
-- Returns   "1" where it was taken over, "0" where what is held goes on

local names = { 'id', 'started', 'anchor', 'tracks', 'times', 'position', 'penalty', 'penalised', 'request', 'ended' }
local values, before = unpack(cjson.decode(argument))

local held = redis.pcall('HMGET', key, 'id', 'position')
if held.err then
  return held -- the key holds something else than a hash
end
if held[1] then
  local taken = held[1] == values[1] and tonumber(held[2]) < tonumber(values[6])
  for _, id in ipairs(before) do
    taken = taken or (held[1] == id and id ~= values[1])
  end
  if not taken then
    return '0'
  end
end
for i, name in ipairs(names) do
  redis.call('HSET', key, name, values[i])
end
redis.call('PEXPIRE', key, %(ttl_ms)d)
return '1'
