-- Ask each address of a file in turn, again and again; "N" in it becomes a number never used before,
-- so that no answer can come from a cache. At the end, one line of figures.
local addresses, at, count = {}, 0, 0
function init(args)
  for line in io.lines(args[1]) do addresses[#addresses + 1] = line end
  wrk.headers["Accept"] = "application/sparql-results+json"
  math.randomseed(os.time())
  count = math.random(1e9)
end
function request()
  at, count = at % #addresses + 1, count + 1
  return wrk.format("GET", (addresses[at]:gsub("@N@", string.format("%d", count))))
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format("figures %d %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), e.status, e.connect + e.read + e.write + e.timeout))
end
