-- Posts transactions, each with an id of its own; RUN keeps the ids of two runs apart.
local n = 0
local run = os.getenv("RUN")

function request()
  n = n + 1
  local body = string.format('{"transaction_id":"txn_%s_%d","source_account":"acc_user_789",'
    .. '"destination_account":"acc_merchant_456","amount":150.50,"currency":"INR"}', run, n)
  return wrk.format("POST", "/v1/webhooks/transactions", {["Content-Type"] = "application/json"}, body)
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9), latency.max, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
