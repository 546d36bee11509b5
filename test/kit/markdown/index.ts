export { shownCommands, type ShownCommand } from './read-commands.js';
export { markdownFiles, readMarkdown, type CodeBlock, type Found, type MarkdownFile } from './read-markdown.js';
