/** What people call a kind of file, and the extensions it has. */

const EXTENSIONS: Record<string, string> = {
  "typescript, ts": "ts tsx",
  "javascript, js, ecmascript": "js mjs cjs jsx",
  "python, py": "py",
  "rust, rs": "rs",
  "go, golang": "go",
  "java": "java",
  "kotlin": "kt kts",
  "swift": "swift",
  "c": "c h",
  "c++, cpp": "cpp cc cxx hpp hh",
  "c#, csharp": "cs",
  "ruby, rb": "rb",
  "php": "php",
  "perl": "pl pm",
  "lua": "lua",
  "haskell": "hs",
  "elixir": "ex exs",
  "scala": "scala",
  "zig": "zig",
  "nix": "nix",
  "sql": "sql",
  "shell, bash, sh": "sh bash",
  "html": "html htm",
  "css, stylesheet, style": "css scss less",
  "markdown, md": "md",
  "text, txt, plain text": "txt",
  "json": "json",
  "yaml, yml": "yaml yml",
  "toml": "toml",
  "xml": "xml",
  "csv": "csv",
  "ini": "ini",
  "log": "log",
  "lock": "lock",
  "pdf": "pdf",
  "image, picture, photo": "png jpg jpeg gif svg webp bmp ico",
  "png": "png",
  "jpg, jpeg": "jpg jpeg",
  "svg": "svg",
  "gif": "gif",
  "video, movie": "mp4 mkv mov avi webm",
  "audio, music, sound": "mp3 wav flac ogg m4a",
  "archive": "zip tar gz tgz xz zst 7z",
  "zip": "zip",
  "tar": "tar",
  "spreadsheet, excel": "xlsx xls ods csv",
  "word": "docx doc",
  "terraform": "tf",
  "proto, protobuf": "proto",
  "wasm": "wasm",
  "sqlite, database": "db sqlite sqlite3",
  "certificate": "pem crt cer",
};

/** Names that are a thing of their own, so that "files" need not follow. */
const ALONE = new Set(
  "pdf image picture photo video movie spreadsheet zip png jpg jpeg svg gif csv stylesheet".split(" "),
);

const TABLE = new Map(
  Object.entries(EXTENSIONS).flatMap(([names, extensions]) =>
    names.split(", ").map((name) => [name, extensions.split(" ")] as const)
  ),
);
const KNOWN = new Set(Object.values(EXTENSIONS).flatMap((e) => e.split(" ")));

/** The extensions of the kind of file called `name` (singular, lower case), or null. */
export function extensionsOf(name: string): readonly string[] | null {
  return TABLE.get(name) ?? null;
}

/** True if `name` means files even without that word: "pdfs", "images". */
export function standsAlone(name: string): boolean {
  return ALONE.has(name);
}

/** True if `extension` (without dot, lower case) is one that a kind of file in the table has. */
export function isExtension(extension: string): boolean {
  return KNOWN.has(extension);
}

/** A picomatch glob for names that end in one of `extensions`, at any depth if `deep`. */
export function globOf(extensions: readonly string[]): string {
  return extensions.length === 1 ? `*.${extensions[0]}` : `*.{${extensions.join(",")}}`;
}
