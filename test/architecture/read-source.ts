import ts from 'typescript';

export interface Import {
  /** What stands between the quotes. */
  readonly specifier: string;
  readonly line: number;
  /** `import type`, `export type` or `import('x').Y` in a type: gone at run time. */
  readonly typeOnly: boolean;
  /** `import()` or `require()` in code: loaded when reached. */
  readonly lazy: boolean;
}

export interface Source {
  readonly imports: readonly Import[];
  /** Uses of the process, such as `process.env`, with their lines. */
  readonly processUses: readonly { readonly member: string; readonly line: number }[];
}

/** Finds every import of a file, whatever its form, and every use of a member of `process`. */
export function readSource(path: string, text: string): Source {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, false);
  const imports: Import[] = [];
  const processUses: { member: string; line: number }[] = [];
  const lineOf = (node: ts.Node) => file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;

  const add = (node: ts.Node, specifier: ts.Node | undefined, typeOnly: boolean, lazy: boolean) => {
    if (!specifier || !ts.isStringLiteralLike(specifier)) return;
    imports.push({ specifier: specifier.text, line: lineOf(node), typeOnly, lazy });
  };

  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      add(node, node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword, false);
    } else if (ts.isExportDeclaration(node)) {
      add(node, node.moduleSpecifier, node.isTypeOnly, false);
    } else if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference)) {
      add(node, node.moduleReference.expression, node.isTypeOnly, false);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node, node.argument.literal, true, false);
    } else if (ts.isCallExpression(node) && isLoader(node.expression)) {
      add(node, node.arguments[0], false, true);
    } else if (ts.isPropertyAccessExpression(node) && isIdentifier(node.expression, 'process')) {
      processUses.push({ member: node.name.text, line: lineOf(node) });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { imports, processUses };
}

/** `import(…)`, `require(…)`, `require.resolve(…)` and `import.meta.resolve(…)`. */
function isLoader(callee: ts.Expression): boolean {
  if (callee.kind === ts.SyntaxKind.ImportKeyword || isIdentifier(callee, 'require')) return true;
  if (!ts.isPropertyAccessExpression(callee) || callee.name.text !== 'resolve') return false;
  return isIdentifier(callee.expression, 'require') || ts.isMetaProperty(callee.expression);
}

const isIdentifier = (node: ts.Node, name: string) => ts.isIdentifier(node) && node.text === name;
