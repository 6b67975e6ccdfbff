-- Reads what post.lua has stored: RUN is its run, ROWS the number of its rows. KIND is "find" (one transaction by its id, at
-- random), "list" (the first page of 50) or "mixed" (a new transaction and a read by id, in turn).
local n = 0
local run = os.getenv("RUN")
local rows = tonumber(os.getenv("ROWS"))
local kind = os.getenv("KIND")
local headers = {["Content-Type"] = "application/json"}
math.randomseed(os.time())

function request()
  n = n + 1
  if kind == "list" then return wrk.format("GET", "/v1/transactions?limit=50") end
  if kind == "mixed" and n % 2 == 0 then
    return wrk.format("POST", "/v1/webhooks/transactions", headers,
      string.format('{"transaction_id":"txn_%s_mixed_%d_%d","source_account":"acc_user_789",'
        .. '"destination_account":"acc_merchant_456","amount":150.50,"currency":"INR"}', run, os.time(), n))
  end

  -- wrk discards the first request that post.lua gives it.
  return wrk.format("GET", "/v1/transactions/txn_" .. run .. "_" .. math.random(2, rows))
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9), latency.max, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
