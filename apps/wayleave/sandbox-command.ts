export { sandboxCommand as sandbox } from '@wayleave/ups-sandbox';
