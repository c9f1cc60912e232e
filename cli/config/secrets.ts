import { mailServerOf } from "../../security/alerts/mail.ts";
import type { Config } from "../config.ts";

/** Values that must never be shown: keys that the configuration holds. */
export function secretsOf(config: Config): string[] {
  const { vllm, sglang, llamacpp } = config.inference;
  const { brave_api_key } = config.tools.web_search;
  const { ntfy_token, webhook_secret, email_url } = config.security.alerts;
  const { otlp_token } = config.security.export;
  const mail = email_url === null ? undefined : mailServerOf(email_url)?.password;
  const keys = [...[vllm, sglang, llamacpp].map(({ api_key }) => api_key), brave_api_key];
  return [...keys, ntfy_token, webhook_secret, otlp_token, mail, email_url].flatMap((key) => key ? [key] : []);
}
