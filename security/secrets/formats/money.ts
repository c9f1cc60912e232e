/** Keys of payments and shops. */
import { END, type Format, mixed } from "./format.ts";

export const MONEY: readonly Format[] = [
  // docs.stripe.com/keys. A publishable key is public, but of the same account: it goes too.
  {
    kind: "Stripe key",
    starts: ["sk_live_", "sk_test_", "rk_live_", "rk_test_", "pk_live_", "pk_test_"],
    rest: "[A-Za-z0-9]{10,250}",
  },
  { kind: "Stripe key", starts: ["whsec_"], rest: "[A-Za-z0-9+/=]{24,250}" },
  // shopify.dev: authentication and authorization.
  { kind: "Shopify token", starts: ["shpat_", "shpca_", "shppa_", "shpss_", "shpua_"], rest: "[a-fA-F0-9]{32}" },
  { kind: "Square token", starts: ["sq0atp-", "sq0csp-", "sq0idp-"], rest: "[A-Za-z0-9_-]{22,60}" },
  { kind: "Square token", starts: ["EAAA"], rest: `[A-Za-z0-9_-]{60}${END}`, accept: mixed },
  {
    kind: "PayPal token",
    starts: ["access_token$production$", "access_token$sandbox$"],
    rest: "[0-9a-z]{16}\\$[0-9a-f]{32}",
  },
  {
    kind: "Adyen key",
    starts: ["AQE"],
    rest: "[A-Za-z0-9+/=]{80,200}-[A-Za-z0-9+/=]{30,60}-[A-Za-z0-9<>.,;:!?{}()$%&*@=^~|\\[\\]#+-]{10,40}",
  },
  { kind: "Flutterwave key", starts: ["FLWSECK_TEST-", "FLWSECK-"], rest: "[a-zA-Z0-9]{12,40}" },
  { kind: "Razorpay key", starts: ["rzp_live_", "rzp_test_"], rest: "[A-Za-z0-9]{14,30}" },
  { kind: "Coinbase key", starts: ["organizations/"], rest: "[0-9a-f-]{36}/apiKeys/[0-9a-f-]{36}" },
  {
    kind: "Facebook token",
    starts: ["EAACEdEose0cBA", "EAAG", "EAAB", "EAAC", "EAAD", "EAAM", "EAAI"],
    rest: `[A-Za-z0-9]{60,300}${END}`,
    accept: mixed,
  },
  { kind: "Duffel token", starts: ["duffel_test_", "duffel_live_"], rest: "[A-Za-z0-9_=-]{43}" },
  { kind: "EasyPost key", starts: ["EZAK", "EZTK"], rest: `[A-Za-z0-9]{54}${END}` },
  { kind: "Shippo token", starts: ["shippo_live_", "shippo_test_"], rest: "[a-f0-9]{40}" },
  { kind: "Typeform token", starts: ["tfp_"], rest: "[A-Za-z0-9_.=-]{40,70}" },
  {
    kind: "GoCardless token",
    starts: ["live_", "sandbox_"],
    rest: `[A-Za-z0-9_=-]{40}${END}`,
    accept: (s) => /[A-Z]/.test(s) && mixed(s),
  },
];
