namespace WebhookService.Tests.Sources;

/// <summary>An event as a provider documents it, and what it becomes.</summary>
/// <param name="Provider">The built-in provider.</param>
/// <param name="Body">The body of a successful payment.</param>
/// <param name="Becomes">The fields of its transaction.</param>
/// <param name="EventType">The type of the event.</param>
/// <param name="EventId">The id of the event; null for none.</param>
/// <param name="OccurredAt">When it occurred, in the form of ISO 8601; null for unknown.</param>
/// <param name="Headers">Headers that the definition reads.</param>
internal sealed record ProviderSample(
    string Provider,
    string Body,
    string Becomes,
    string EventType,
    string? EventId,
    string? OccurredAt,
    params (string Name, string Value)[] Headers)
{
    /// <summary>Secrets in the form of each provider; PayPal has none.</summary>
    public static readonly Dictionary<string, string> Secrets = new()
    {
        ["standard-webhooks"] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        ["stripe"] = "whsec_a-secret-that-is-not-decoded",
        ["razorpay"] = "a-razorpay-secret",
        ["adyen"] = "DFB1EB5485895CFA84146406857104ABB4CBCABDC8AAF103A624C8F6A3EAAB00",
        ["square"] = "signature-key",
        ["paystack"] = "sk_test_secret",
        ["checkout"] = "a-checkout-secret",
        ["paddle"] = "pdl_ntfset_secret",
        ["cashfree"] = "a-cashfree-secret",
        ["shopify"] = "API_SECRET_KEY",
        ["flutterwave"] = "a-flutterwave-hash",
    };

    public static readonly ProviderSample[] All =
    [
        new(
            "standard-webhooks",
            """
            {"type":"payment.succeeded","timestamp":"2026-01-15T10:29:58Z","data":{"transaction_id":"txn_1",
            "source_account":"acc_user_789","destination_account":"acc_merchant_456","amount":150.50,"currency":"INR"}}
            """,
            "standard-webhooks:txn_1 acc_user_789 acc_merchant_456 150.50 INR",
            "payment.succeeded", "msg_1", "2026-01-15T10:29:58Z", ("webhook-id", "msg_1")),
        new(
            "stripe",
            """
            {"id":"evt_1","type":"payment_intent.succeeded","created":1533204620,"account":"acct_1","data":{"object":
            {"id":"pi_1","amount":2000,"amount_received":2000,"currency":"usd","customer":"cus_1"}}}
            """,
            "stripe:pi_1 cus_1 acct_1 20.00 USD", "payment_intent.succeeded", "evt_1", "2018-08-02T10:10:20Z"),
        new(
            "razorpay",
            """
            {"event":"payment.captured","account_id":"acc_B","created_at":1567674606,"payload":{"payment":{"entity":
            {"id":"pay_D","amount":100,"currency":"INR","order_id":"order_D","email":"g@example.com"}}}}
            """,
            "razorpay:pay_D unknown acc_B 1.00 INR",
            "payment.captured", "evt_R", "2019-09-05T09:10:06Z", ("x-razorpay-event-id", "evt_R")),
        new(
            "adyen",
            """
            {"notificationItems":[{"NotificationRequestItem":{"eventCode":"CAPTURE","success":"true",
            "pspReference":"PSP_REFERENCE","originalReference":"ORIGINAL_PSP","merchantReference":"00000001",
            "merchantAccountCode":"M","amount":{"currency":"USD","value":23623},"eventDate":"2017-01-25T18:08:19+01:00",
            "additionalData":{"hmacSignature":"0BxqCkwrT5dOxWrgQn+gYNg5fJIBFIBi7ujSNnzxpsg="}}}]}
            """,
            "adyen:ORIGINAL_PSP unknown M 236.23 USD", "CAPTURE", null, "2017-01-25T17:08:19Z"),
        new(
            "paypal",
            """
            {"id":"WH-58D","event_type":"PAYMENT.CAPTURE.COMPLETED","create_time":"2019-02-14T21:50:07.940Z","resource":
            {"id":"CAPTURE001","status":"COMPLETED","amount":{"currency_code":"USD","value":"5.00"},
            "supplementary_data":{"related_ids":{"order_id":"1W5"}}}}
            """,
            "paypal:CAPTURE001 unknown paypal 5.00 USD", "PAYMENT.CAPTURE.COMPLETED", "WH-58D", "2019-02-14T21:50:07.94Z"),
        new(
            "square",
            """
            {"merchant_id":"6SS","type":"payment.updated","event_id":"6a8f","created_at":"2020-02-06T21:27:34.308Z","data":
            {"object":{"payment":{"id":"hYy9","status":"COMPLETED","amount_money":{"amount":100,"currency":"USD"},
            "order_id":"o","customer_id":"c"}}}}
            """,
            "square:hYy9 c 6SS 1.00 USD", "payment.updated", "6a8f", "2020-02-06T21:27:34.308Z"),
        new(
            "paystack",
            """
            {"event":"charge.success","data":{"id":302961,"status":"success","reference":"qTPrJoy9Bx","amount":10000,
            "currency":"NGN","paid_at":"2016-09-30T21:10:19.000Z","customer":{"customer_code":"CUS_q"}}}
            """,
            "paystack:302961 CUS_q paystack 100.00 NGN", "charge.success", null, "2016-09-30T21:10:19Z"),
        new(
            "checkout",
            """
            {"id":"evt_f","type":"payment_captured","timestamp":"2023-05-24T09:12:32.357+00:00","data":{"id":"pay_v",
            "action_id":"act_u","reference":"ORD-5023-4E89","amount":20,"currency":"EUR","processed_on":"…"}}
            """,
            "checkout:pay_v unknown checkout 0.20 EUR", "payment_captured", "evt_f", "2023-05-24T09:12:32.357Z"),
        new(
            "paddle",
            """
            {"event_id":"evt_0","event_type":"transaction.completed","occurred_at":"2023-08-22T07:15:45.366122Z","data":
            {"id":"txn_0","customer_id":"ctm_0","currency_code":"USD","details":{"totals":{"grand_total":"65215"}}}}
            """,
            "paddle:txn_0 ctm_0 paddle 652.15 USD", "transaction.completed", "evt_0", "2023-08-22T07:15:45.366122Z"),
        new(
            "cashfree",
            """
            {"type":"PAYMENT_SUCCESS_WEBHOOK","event_time":"2021-10-07T19:42:44+05:30","data":{"order":{"order_id":"o"},
            "payment":{"cf_payment_id":"1453002795","payment_status":"SUCCESS","payment_amount":1.00,
            "payment_currency":"INR"},"customer_details":{"customer_id":"7"}}}
            """,
            "cashfree:1453002795 7 cashfree 1.00 INR",
            "PAYMENT_SUCCESS_WEBHOOK", "idem_1", "2021-10-07T14:12:44Z", ("x-idempotency-key", "idem_1")),
        new(
            "shopify",
            """
            {"id":1068278506,"order_id":450789469,"kind":"capture","status":"success","amount":"10.00","currency":"USD",
            "processed_at":"2025-07-02T11:34:39-05:00"}
            """,
            "shopify:1068278506 unknown shop.myshopify.com 10.00 USD",
            "order_transactions/create", "b54557e4", "2025-07-02T16:34:39Z",
            ("X-Shopify-Topic", "order_transactions/create"),
            ("X-Shopify-Webhook-Id", "b54557e4"),
            ("X-Shopify-Shop-Domain", "shop.myshopify.com")),
        new(
            "flutterwave",
            """
            {"event":"charge.completed","data":{"id":782728102,"tx_ref":"r","amount":60,"currency":"NGN",
            "status":"successful","created_at":"2022-12-11T07:06:45.000Z","account_id":1941914,"customer":{"id":1}}}
            """,
            "flutterwave:782728102 1 1941914 60.00 NGN", "charge.completed", null, "2022-12-11T07:06:45Z"),
    ];

    public static ProviderSample Of(string provider) => All.Single(sample => sample.Provider == provider);

    public override string ToString() => Provider;
}
