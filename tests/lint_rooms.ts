/**
 * The house plan as a `deno lint` plugin; the plan itself is `rooms.ts`. A rule that is not here is not a rule.
 *
 * It reads names, not values: it stops a slip and makes a bypass visible in review; it is no security boundary.
 */
import { dirname, join, relative } from "node:path";
import {
  BARREL,
  DENO_POWERS,
  EMPTY_NAMES,
  EMPTY_WHOLE_NAMES,
  isIn,
  isTest,
  MAX_LINES,
  MODULE_POWERS,
  type Power,
  POWERS,
  roomOf,
  ROOMS,
  SHARED_PACKAGES,
  VOCABULARY,
  WITHOUT_DENO,
} from "./rooms.ts";

type Node = Deno.lint.Node;
type Rule = Deno.lint.Rule;
type Import = { node: Node; specifier: string; typeOnly: boolean };

/** A new plugin for the repository at `root`; it remembers which file imported which package first. */
export function roomsPlugin(root: string): Deno.lint.Plugin {
  const pathOf = (context: Deno.lint.RuleContext) => relative(root, context.filename).replaceAll("\\", "/");
  return {
    name: "rooms",
    rules: {
      imports: importsRule(pathOf),
      packages: packagesRule(pathOf),
      powers: powersRule(pathOf),
      deno: denoRule(pathOf),
      barrel: barrelRule(pathOf),
      lines: linesRule(),
      whole: wholeRule(),
      names: namesRule(pathOf),
      state: stateRule(),
    },
  };
}

export default roomsPlugin(join(import.meta.dirname!, ".."));

type PathOf = (context: Deno.lint.RuleContext) => string;

/** Calls `see` for every import, re-export, `import()` and `import("x").T` whose specifier is written out. */
function eachImport(see: (found: Import) => void): Deno.lint.LintVisitor {
  const literal = (node: Node, source: unknown, typeOnly: boolean) => {
    const value = (source as { value?: unknown } | null)?.value;
    if (typeof value === "string") see({ node, specifier: value, typeOnly });
  };
  return {
    ImportDeclaration: (node) => literal(node, node.source, node.importKind === "type"),
    ExportAllDeclaration: (node) => literal(node, node.source, node.exportKind === "type"),
    ExportNamedDeclaration: (node) => literal(node, node.source, node.exportKind === "type"),
    ImportExpression: (node) => literal(node, node.source, false),
    TSImportType: (node) => literal(node, (node.argument as { literal?: unknown }).literal, true),
  };
}

/** `zod` of `zod/mini`, `@a/b` of `npm:@a/b@1/c`; null for a path or a built-in module. */
function packageOf(specifier: string): string | null {
  if (/^(?:\.|\/|node:|file:|data:|https?:)/.test(specifier)) return null;
  const name = specifier.replace(/^(?:npm|jsr):\/?/, "");
  return name.split("/").slice(0, name.startsWith("@") ? 2 : 1).join("/").replace(/(?<=.)@.*$/, "");
}

function importsRule(pathOf: PathOf): Rule {
  return {
    create(context) {
      const from = pathOf(context);
      const room = roomOf(from);
      const plan = ROOMS[room];
      if (!plan) return {};
      return eachImport(({ node, specifier, typeOnly }) => {
        if (!specifier.startsWith(".")) return;
        const target = relative(".", join(dirname(from), specifier));
        const to = roomOf(target);
        const allowed = to === room || VOCABULARY.includes(target) || plan.values.includes(to) ||
          (typeOnly && plan.types.includes(to)) || (isTest(from) && to === "tests") ||
          (target === "deno.json" && room === "cli");
        if (allowed) return;
        const hint = plan.types.includes(to) ? " other than by `import type`" : "";
        context.report({ node, message: `${room} may not import ${target}${hint}` });
      });
    },
  };
}

function packagesRule(pathOf: PathOf): Rule {
  const doors = new Map<string, string>();
  return {
    create(context) {
      const from = pathOf(context);
      if (isTest(from)) return {};
      return eachImport(({ node, specifier }) => {
        const name = packageOf(specifier);
        if (name === null || SHARED_PACKAGES.includes(name)) return;
        const door = doors.get(name);
        if (door === undefined) doors.set(name, from);
        else if (door !== from) context.report({ node, message: `${name} already has its one file: ${door}` });
      });
    },
  };
}

function powersRule(pathOf: PathOf): Rule {
  return {
    create(context) {
      const from = pathOf(context);
      if (isTest(from)) return {};
      const use = (node: Node, power: Power) => {
        if (isIn(from, POWERS[power])) return;
        context.report({ node, message: `${power} belongs to ${POWERS[power].join(", ") || "no file"}` });
      };
      return {
        ...eachImport(({ node, specifier, typeOnly }) => {
          const name = specifier.replace(/^node:/, "");
          if (!typeOnly && Object.hasOwn(MODULE_POWERS, name)) use(node, MODULE_POWERS[name]);
        }),
        MemberExpression(node) {
          const object = globalName(node.object);
          const member = memberName(node);
          if (object === "Deno" && member !== null && Object.hasOwn(DENO_POWERS, member)) {
            use(node, DENO_POWERS[member]);
          } else if (object === "process" && member === "env") use(node, "environment");
          else if (object === "console") use(node, "console");
          else if (object === "globalThis" && member === "fetch") use(node, "fetch");
        },
        Identifier(node) {
          if (node.name === "fetch" && isRead(node)) use(node, "fetch");
          if (node.name === "console" && isRead(node) && !isObjectOfMember(node)) use(node, "console");
        },
      };
    },
  };
}

/** `Deno` is named only as `Deno.member` or `typeof Deno`, and in some files not at all. */
function denoRule(pathOf: PathOf): Rule {
  return {
    create(context) {
      const from = pathOf(context);
      if (isTest(from)) return {};
      const without = isIn(from, WITHOUT_DENO);
      const report = (node: Node) =>
        context.report({
          node,
          message: without ? `${from} may not name Deno: use what it was handed` : "Name the member: Deno.<member>",
        });
      return {
        Identifier(node) {
          if (node.name !== "Deno") return;
          const type = node.parent.type;
          if (without || !(isObjectOfMember(node) || type === "UnaryExpression" || type === "TSQualifiedName")) {
            report(node);
          } else if (node.parent.type === "MemberExpression" && memberName(node.parent) === null) report(node);
        },
        Literal(node) {
          if (node.value === "Deno" && node.parent.type === "MemberExpression") report(node);
        },
      };
    },
  };
}

function barrelRule(pathOf: PathOf): Rule {
  return {
    create(context) {
      if (pathOf(context) === BARREL) return {};
      return {
        Program(program) {
          const exports = program.body.filter((statement) =>
            statement.type === "ExportAllDeclaration" ||
            (statement.type === "ExportNamedDeclaration" && statement.declaration === null)
          );
          const imports = program.body.filter((statement) => statement.type === "ImportDeclaration");
          if (exports.length === 0 || exports.length + imports.length < program.body.length) return;
          context.report({ node: exports[0], message: `Only ${BARREL} may do nothing but re-export` });
        },
      };
    },
  };
}

/** `import { z }` keeps all of zod in a bundle, its forty languages too: 7 ms of every start. */
function wholeRule(): Rule {
  return {
    create(context) {
      return {
        ImportDeclaration(node) {
          if (node.importKind === "type" || !/^zod(?:\/mini)?$/.test(node.source.value)) return;
          if (node.specifiers.some((one) => one.type !== "ImportNamespaceSpecifier")) {
            context.report({ node, message: 'Import zod as a whole: import * as z from "zod"' });
          }
        },
      };
    },
  };
}

function linesRule(): Rule {
  return {
    create(context) {
      return {
        Program(program) {
          const lines = context.sourceCode.text.trimEnd().split("\n").length;
          if (lines > MAX_LINES) {
            context.report({ range: program.range, message: `A file has at most ${MAX_LINES} lines: ${lines}` });
          }
        },
      };
    },
  };
}

function namesRule(pathOf: PathOf): Rule {
  return {
    create(context) {
      const path = pathOf(context);
      const typeName = (node: { id: { name: string } | null }) => {
        if (node.id === null) return;
        const words = node.id.name.split(/(?=[A-Z][a-z])|_/).map((word) => word.toLowerCase());
        const empty = words.find((word) => EMPTY_NAMES.test(word)) ??
          (EMPTY_WHOLE_NAMES.test(node.id.name.toLowerCase()) ? node.id.name : undefined);
        if (empty) context.report({ node: node.id as Node, message: `"${empty}" does not say what this is` });
      };
      return {
        Program(program) {
          for (const part of path.replace(/(?:_test)?\.\w+$/, "").split("/")) {
            const empty = part.split(/[_.-]/).find((word) => EMPTY_NAMES.test(word)) ??
              (EMPTY_WHOLE_NAMES.test(part) ? part : undefined);
            if (empty) {
              context.report({ range: program.range, message: `"${empty}" in ${path} does not say what this is` });
            }
          }
        },
        ClassDeclaration: typeName,
        TSInterfaceDeclaration: typeName,
        TSTypeAliasDeclaration: typeName,
        TSEnumDeclaration: typeName,
      };
    },
  };
}

function stateRule(): Rule {
  return {
    create(context) {
      return {
        Program(program) {
          for (const statement of program.body) {
            const declaration = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
            if (declaration?.type === "VariableDeclaration" && /^(?:let|var)$/.test(declaration.kind)) {
              context.report({ node: statement, message: "A module keeps no variable: no top-level let" });
            }
          }
        },
      };
    },
  };
}

/** The global that `node` names: `Deno`, or `globalThis.Deno`. */
function globalName(node: Node): string | null {
  if (node.type === "Identifier") return node.name;
  if (node.type === "MemberExpression" && node.object.type === "Identifier" && node.object.name === "globalThis") {
    return memberName(node);
  }
  return null;
}

/** The member that an expression names, written `.name` or `["name"]`; null if it is computed. */
function memberName(node: Deno.lint.MemberExpression): string | null {
  if (!node.computed) return node.property.type === "Identifier" ? node.property.name : null;
  return node.property.type === "Literal" && typeof node.property.value === "string" ? node.property.value : null;
}

/** True if an identifier of this range is the `x` of `x.member`. */
function isObjectOfMember(node: Deno.lint.Identifier): boolean {
  const parent = node.parent;
  return parent.type === "MemberExpression" && parent.object.range[0] === node.range[0] &&
    parent.object.range[1] === node.range[1];
}

/** True if an identifier is a value that is used: not a member's, a key's, a parameter's or a declaration's name. */
function isRead(node: Deno.lint.Identifier): boolean {
  const parent = node.parent;
  const same = (other: Node | null | undefined) => other?.range[0] === node.range[0];
  switch (parent.type) {
    case "MemberExpression":
      return parent.computed || isObjectOfMember(node);
    case "Property":
      return parent.shorthand || !same(parent.key);
    case "CallExpression":
    case "VariableDeclarator":
    case "AssignmentPattern":
    case "NewExpression":
    case "ReturnStatement":
    case "AssignmentExpression":
    case "ConditionalExpression":
    case "LogicalExpression":
    case "ArrayExpression":
    case "AwaitExpression":
    case "ExpressionStatement":
    case "ArrowFunctionExpression":
      return !("id" in parent && same(parent.id as Node));
    default:
      return false;
  }
}
