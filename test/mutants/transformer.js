const { createHash } = require('node:crypto');
const { join } = require('node:path');
const swc = require('@swc/jest');

/** Compiles as always, after it has planted the mutant's text. The program itself knows nothing of mutants. */
exports.createTransformer = ({ root, edits }) => {
  const compiler = swc.createTransformer();
  const planted = (source, file) =>
    edits.filter((edit) => join(root, edit.file) === file).reduce((text, edit) => plant(text, edit), source);
  return {
    process: (source, file, options) => compiler.process(planted(source, file), file, options),
    getCacheKey: (source, file, options) =>
      createHash('sha1')
        .update(compiler.getCacheKey(planted(source, file), file, options))
        .update(JSON.stringify(edits))
        .digest('hex'),
  };
};

function plant(source, edit) {
  const found = source.split(edit.replace).length - 1;
  if (found !== 1) throw new Error(`${edit.file} has the text to be replaced ${found} times, not once:\n${edit.replace}`);
  return source.replace(edit.replace, () => edit.with);
}
