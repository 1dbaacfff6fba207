// The editor's parts that come without declarations of their own.
declare module 'monaco-editor/esm/vs/editor/edcore.main' {
  export * from 'monaco-editor'
}
declare module 'monaco-editor/esm/vs/basic-languages/yaml/yaml.contribution'
