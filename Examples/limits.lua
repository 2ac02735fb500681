-- A rate limiter: each client may make 3 requests in any 10 seconds.
-- It has a bug, and Ada gets more. Find it with the debugger.

local limit, window = 3, 10
local accepted = {} -- client -> times of its accepted requests, oldest first

local function forget(times, before)
    while times[1] and times[1] <= before do
        table.remove(times, 1)
    end
end

function allow(client, now)
    local times = accepted[client] or {}
    accepted[client] = times
    forget(times, now - window)
    local count = #times
    if count > limit then
        return false
    end
    times[count + 1] = now
    return true
end

local requests = {
    {"Ada", 0}, {"Ada", 2}, {"Bob", 3}, {"Ada", 4}, {"Ada", 6},
    {"Ada", 8}, {"Bob", 9}, {"Ada", 13}, {"Ada", 15}
}

local refused = {}
for _, request in ipairs(requests) do
    local client, now = table.unpack(request)
    local ok = allow(client, now)
    print(string.format("%2d s  %s  %s", now, client, ok and "yes" or "no"))
    if not ok then
        refused[#refused + 1] = client .. " at " .. now
    end
end
return table.unpack(refused)
