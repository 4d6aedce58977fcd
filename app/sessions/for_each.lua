-- Run a function for each key with its argument; what cannot be used of one key is that one's error, and no other's.
--
-- KEYS     one for each call
-- ARGV     the argument of each
-- Returns  what the function returned for each, or an error

local results = {}
for i, key in ipairs(KEYS) do
  local done, result = pcall(run, key, ARGV[i])
  if not done then
    if type(result) ~= 'string' or not string.find(result, 'attempt to', 1, true) then
      error(result) -- the server's own word: it takes no writes, or has no memory; that holds for all
    end
    result = { err = 'ERR ' .. result }
  end
  results[i] = result
end
return results
