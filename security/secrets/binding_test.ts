import assert from "node:assert/strict";
import { bindingText, fitsHeader, readBinding } from "./binding.ts";

Deno.test("a binding is read with its defaults and written back", () => {
  const cases: [string, string][] = [
    ["host=api.x.com,header=authorization", "host=api.x.com,header=authorization,method=GET,path=/*"],
    [
      "host=API.X.com, header=X-Api-Key ,method=post+get+POST,path=/v1/*",
      "host=api.x.com,header=x-api-key,method=POST+GET,path=/v1/*",
    ],
    [
      "path=/v1/messages,header=x-api-key,host=localhost",
      "host=localhost,header=x-api-key,method=GET,path=/v1/messages",
    ],
    ["host=[::1],header=cookie", "host=[::1],header=cookie,method=GET,path=/*"],
  ];
  for (const [given, text] of cases) {
    assert.equal(bindingText(readBinding(given)), text);
    assert.deepEqual(readBinding(text), readBinding(given));
  }
});

Deno.test("what could mean more than one place is refused", () => {
  for (
    const bad of [
      "",
      "host=api.x.com",
      "header=authorization",
      "host=*.x.com,header=authorization",
      "host=x.com:443,header=authorization",
      "host=https://x.com,header=authorization",
      "host=x.com/,header=authorization",
      "host=x_y.com,header=authorization",
      "host=.x.com,header=authorization",
      "host=x.com.,header=authorization",
      "host=x.com,header=host",
      "host=x.com,header=content-length",
      "host=x.com,header=transfer-encoding",
      "host=x.com,header=bad header",
      "host=x.com,header=a\r\nb",
      "host=x.com,host=y.com,header=authorization",
      "host=x.com,header=authorization,method=TRACE",
      "host=x.com,header=authorization,method=",
      "host=x.com,header=authorization,path=v1",
      "host=x.com,header=authorization,path=/v1*",
      "host=x.com,header=authorization,path=/a/*/b",
      "host=x.com,header=authorization,path=/a/../b",
      "host=x.com,header=authorization,path=/a/./b",
      "host=x.com,header=authorization,path=//b",
      "host=x.com,header=authorization,path=/a?b",
      "host=x.com,header=authorization,path=/a%2fb",
      "host=x.com,header=authorization,port=443",
    ]
  ) assert.throws(() => readBinding(bad), TypeError, bad);
});

Deno.test("a value fits a header if it is one line of plain letters", () => {
  for (const good of ["x", "Bearer abc", "a~b"]) assert.equal(fitsHeader(good), true, good);
  for (const bad of ["", " x", "x ", "a\nb", "a\rb", "a\0b", "ä", "a\tb", "\x7f"]) {
    assert.equal(fitsHeader(bad), false, bad);
  }
});
