export { FastMCP } from './governed-fastmcp.js';
