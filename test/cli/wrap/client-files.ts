/** Configurations as clients write them; secrets in them are made up. */
export const CLAUDE_DESKTOP = `{
  "mcpServers": {
    "filesystem": {
      "command": "npx",
      "args": [
        "-y",
        "@modelcontextprotocol/server-filesystem",
        "/srv/data"
      ]
    },
    "memory": {
      "command": "node",
      "env": {
        "GITHUB_TOKEN": "correct horse battery staple"
      }
    }
  }
}
`;

export const CLAUDE_CODE = `{
  "numStartups": 12,
  "mcpServers": {
    "search": { "type": "http", "url": "https://search.example/mcp?key=hunter2hunter2", "headers": { "Authorization": "Bearer my-own-words", "X-Team": "blue" } }
  },
  "projects": {
    "/home/ada/shop": {
      "mcpServers": { "stock": { "type": "stdio", "command": "./stock", "args": [], "env": {} } },
      "allowedTools": []
    }
  }
}`;

export const VS_CODE = [
  '{',
  '\t// What the editor asks for',
  '\t"inputs": [{ "id": "key", "type": "promptString", "password": true }],',
  '\t"servers": {',
  '\t\t"files": {',
  '\t\t\t"type": "stdio", // as it is',
  '\t\t\t"command": "npx" /* by npm */,',
  '\t\t\t"args": [ // the folder',
  '\t\t\t\t"-y", "@modelcontextprotocol/server-filesystem", "${workspaceFolder}",',
  '\t\t\t],',
  '\t\t},',
  '\t\t"remote": {',
  '\t\t\t/* ours */',
  '\t\t\t"url": "https://mcp.example/mcp",',
  '\t\t\t"headers": {',
  '\t\t\t\t// asked for',
  '\t\t\t\t"Authorization": "Bearer ${input:key}",',
  '\t\t\t},',
  '\t\t},',
  '\t\t// "old": { "env": { "API_KEY": "secret words of mine" } }',
  '\t},',
  '}',
  '',
].join('\r\n');

export const VS_CODE_SETTINGS = `{
    "editor.fontSize": 14,
    "mcp": { "servers": { "a": { "command": "a" } } },
    "files.exclude": {},
}
`;

export const DOTTED_SETTINGS = `{ "mcp.servers": { "a": { "command": "a", "args": ["b"] } } }`;

export const CURSOR = `\ufeff{"mcpServers":{"one":{"command":"uvx","args":["mcp-server-time"],"disabled":true},"two":{"command":"uvx","args":["mcp-server-git"]}}}`;

export const ALL: readonly (readonly [client: string, text: string])[] = [
  ['Claude Desktop', CLAUDE_DESKTOP],
  ['Claude Code', CLAUDE_CODE],
  ['VS Code', VS_CODE],
  ['VS Code settings', VS_CODE_SETTINGS],
  ['VS Code settings with a dotted key', DOTTED_SETTINGS],
  ['Cursor', CURSOR],
];
