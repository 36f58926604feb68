import ts from 'typescript';

/** Types that may hold user text: `string` itself, but not the alias that rendered elements have. */
function holdsText(type) {
  if (type.aliasSymbol?.escapedName === 'Element' || type.aliasSymbol?.escapedName === 'Children') return false;
  if (type.isUnion()) return type.types.some(holdsText);
  return (type.flags & ts.TypeFlags.String) !== 0;
}

/**
 * Text in a branch of `{condition ? a : b}` needs `safe` on the element around it like any other text. The scan for
 * unescaped text looks only at the second branch of such an expression; this rule looks at both.
 */
export const escapedTernary = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { unescaped: 'This text is not escaped: put it into an element with `safe`, or escape it with escapeHtml.' },
  },
  create(context) {
    const services = context.sourceCode.parserServices;
    const isEscaped = (node) => node.type === 'CallExpression' && /^escapeHtml$|^e$/.test(context.sourceCode.getText(node.callee));
    const check = (node) => {
      if (node.type === 'ConditionalExpression') {
        check(node.consequent);
        check(node.alternate);
      } else if (!/^JSX/.test(node.type) && !isEscaped(node) && holdsText(services.getTypeAtLocation(node))) {
        context.report({ node, messageId: 'unescaped' });
      }
    };
    return {
      'JSXElement > JSXExpressionContainer > ConditionalExpression'(node) {
        const { openingElement } = node.parent.parent;
        const isSafe = openingElement.attributes.some((attribute) => attribute.type === 'JSXAttribute' && attribute.name.name === 'safe');
        if (!isSafe) check(node);
      },
    };
  },
};
