/**
 * Declarations and what else stands at top level: boxes and their members, enums, interfaces, functions, `using`, `global`.
 *
 * Words like `init`, `static` or `private` are modifiers only when what follows fits; otherwise they are names of members.
 */
import type {
  Attribute,
  Block,
  BoxDecl,
  Decl,
  EnumDecl,
  Expr,
  FieldMember,
  FunctionDecl,
  InterfaceMethod,
  Item,
  Member,
  Name,
  ParentRef,
  PropertyMember,
  TypeRef,
  Variant,
  VariantField,
  Visibility,
  VisibilityMember,
} from '../ast.ts'
import { isIdentifierKind, isWordKind, T, type TokenKind } from '../tokens.ts'
import { type Cursor, IN_BRACES, IN_PARENS, RECOVER } from './cursor.ts'
import { parseExpr, parseString } from './expr.ts'
import { attempt, expectClose, skipElement } from './recover.ts'
import {
  afterAttributes,
  isAttribute,
  parseAttributes,
  parseDottedName,
  parseHandlers,
  parseParams,
  parseTypeAnnotation,
  parseTypeArgs,
  parseTypeParams,
  parseTypeRef,
} from './signature.ts'
import { parseBlock, parseInto, parseStmt } from './stmt.ts'

/** Everything up to the end of the file. */
export function parseItems(p: Cursor, items: Item[]): void {
  while (p.kind !== T.Eof) {
    if (p.accept(T.Semicolon)) continue
    if (p.kind === T.RBrace) {
      p.unexpected('statement', { help: { text: "this '}' closes nothing" } })
      p.advance()
      continue
    }
    parseInto<Item>(p, items, parseItem)
  }
}

function parseItem(p: Cursor): Item {
  const start = p.start
  switch (p.kind) {
    case T.Using: {
      p.advance()
      const target = p.kind === T.Str ? parseString(p) : parseDottedName(p)
      const alias = parseAlias(p)
      return { kind: 'UsingDecl', span: p.spanFrom(start), target, alias }
    }
    case T.Import: {
      p.advance()
      const path = parseString(p)
      const alias = parseAlias(p)
      return { kind: 'ImportDecl', span: p.spanFrom(start), path, alias }
    }
    case T.Global: {
      p.advance()
      const name = p.identifier('variable')
      const type = parseTypeAnnotation(p)
      const init = p.accept(T.Eq) ? parseExpr(p) : null
      return { kind: 'GlobalDecl', span: p.spanFrom(start), name, type, init }
    }
    case T.Interface:
      return parseInterface(p)
    case T.At:
      if (p.kindAt(afterAttributes(p)) === T.Interface) return parseInterface(p, parseAttributes(p))
      return parseStmt(p)
    default:
      return isBareFunction(p) ? parseBareFunction(p) : parseStmt(p)
  }
}

function parseAlias(p: Cursor): Name | null {
  if (p.kind !== T.As || !isWordKind(p.peekKind())) return null
  p.advance()
  return p.identifier('alias')
}

// ── functions ──

/** A declaration that may stand among statements begins at the token. */
export function beginsDeclaration(p: Cursor, index = p.index): boolean {
  const next = p.kindAt(index + 1)
  switch (p.kindAt(index)) {
    case T.Box:
    case T.Enum:
    case T.Flow:
    case T.Static:
      return true
    case T.Function:
    case T.Fn:
      return isWordKind(next)
    default:
      return false
  }
}

/** A box, enum or function. `as` is the keyword to read instead of a reported word of another language. */
export function parseDeclaration(p: Cursor, attributes: readonly Attribute[], as?: TokenKind): Decl {
  const start = attributes[0]?.span.start ?? p.start
  const isStatic = p.accept(T.Static)
  switch (as ?? p.kind) {
    case T.Box:
      p.advance()
      return parseBox(p, start, attributes, 'box', isStatic)
    case T.Flow:
      if (isStatic) break
      p.advance()
      return parseBox(p, start, attributes, 'flow', true)
    case T.Enum:
      if (isStatic) break
      return parseEnum(p, start, attributes)
    case T.Function:
    case T.Fn:
      return parseFunction(p, start, attributes, isStatic)
    default:
      break
  }
  return p.fail("'box' or 'function'")
}

function parseFunction(
  p: Cursor,
  start: number,
  attributes: readonly Attribute[],
  isStatic: boolean,
): FunctionDecl {
  const keyword = p.kind === T.Fn ? 'fn' : 'function'
  p.advance()
  let name = p.identifier('function')
  let owner: Name | null = null
  if (p.accept(T.Dot)) {
    owner = name
    name = p.memberName()
  }
  const params = parseParams(p)
  const returnType = parseTypeAnnotation(p)
  const body = parseBlock(p)
  const handlers = parseHandlers(p, 'function')
  const span = p.spanFrom(start)
  return { kind: 'FunctionDecl', span, attributes, isStatic, keyword, owner, name, params, returnType, body, handlers }
}

/**
 * `main(a, b) {` at top level: every argument a plain name and a block right after. With handlers after the block it is a call and a
 * block statement, since the bare form takes none.
 */
function isBareFunction(p: Cursor): boolean {
  if (!isIdentifierKind(p.kind) || p.peekKind() !== T.LParen || p.isNewLineAt(p.index + 1)) return false
  const open = p.index + 1
  const close = p.partnerAt(open)
  if (close === -1 || p.kindAt(close + 1) !== T.LBrace) return false
  for (let index = open + 1; index < close; index++) {
    const isNamePlace = (index - open) % 2 === 1
    if (isNamePlace ? !isIdentifierKind(p.kindAt(index)) : p.kindAt(index) !== T.Comma) return false
  }
  if (FOREIGN_HEADS.has(p.tokenText)) return false
  const after = p.kindAt(p.partnerAt(close + 1) + 1)
  return p.partnerAt(close + 1) === -1 || (after !== T.Catch && after !== T.Cleanup)
}

/** Words that head a statement with parentheses and a block in other languages. */
const FOREIGN_HEADS: ReadonlySet<string> = new Set(['switch', 'unless', 'elif', 'elsif', 'elseif', 'except'])

function parseBareFunction(p: Cursor): FunctionDecl {
  const start = p.start
  const name = p.identifier('function')
  const params = parseParams(p)
  const body = parseBlock(p)
  return {
    kind: 'FunctionDecl',
    span: p.spanFrom(start),
    attributes: [],
    isStatic: false,
    keyword: null,
    owner: null,
    name,
    params,
    returnType: null,
    body,
    handlers: null,
  }
}

// ── enums and interfaces ──

function parseEnum(p: Cursor, start: number, attributes: readonly Attribute[]): EnumDecl {
  p.advance()
  const name = p.identifier('enum')
  const typeParams = parseTypeParams(p)
  const variants: Variant[] = []
  parseBraced(p, (q) => {
    variants.push(parseVariant(q))
  })
  return { kind: 'EnumDecl', span: p.spanFrom(start), attributes, name, typeParams, variants }
}

function parseVariant(p: Cursor): Variant {
  const start = p.start
  const name = p.identifier('variant')
  const types: TypeRef[] = []
  const fields: VariantField[] = []
  let form: Variant['form'] = 'unit'
  const open = p.index
  if (p.kind === T.LParen) {
    form = 'tuple'
    const context = p.context
    p.context = IN_PARENS
    p.advance()
    while (p.kind !== T.RParen) {
      types.push(parseTypeRef(p))
      if (!p.accept(T.Comma)) break
    }
    expectClose(p, T.RParen, open)
    p.context = context
  } else if (p.kind === T.LBrace) {
    form = 'record'
    p.advance()
    while (isWordKind(p.kind)) {
      const fieldStart = p.start
      const field = p.takeName()
      p.expect(T.Colon)
      const type = parseTypeRef(p)
      fields.push({ kind: 'VariantField', span: p.spanFrom(fieldStart), name: field, type })
      if (!p.accept(T.Comma) && !isWordKind(p.kind)) break
    }
    expectClose(p, T.RBrace, open)
  }
  return { kind: 'Variant', span: p.spanFrom(start), form, name, types, fields }
}

function parseInterface(p: Cursor, attributes: readonly Attribute[] = []): Item {
  const start = attributes[0]?.span.start ?? p.start
  p.advance()
  p.expect(T.Box)
  const name = p.identifier('interface')
  const methods: InterfaceMethod[] = []
  parseBraced(p, (q) => {
    const methodStart = q.start
    const method = q.memberName()
    const params = parseParams(q, true)
    const returnType = parseTypeAnnotation(q)
    methods.push({ kind: 'InterfaceMethod', span: q.spanFrom(methodStart), name: method, params, returnType })
  })
  return { kind: 'InterfaceDecl', span: p.spanFrom(start), attributes, name, methods }
}

/** `{ … }` around elements with optional `,` and `;` between; each element recovers by itself. */
function parseBraced(p: Cursor, parseElement: (p: Cursor) => void): void {
  const open = p.index
  if (p.kind !== T.LBrace) p.fail('LBRACE')
  p.enter()
  const context = p.context
  p.context = IN_BRACES
  p.advance()
  while (p.kind !== T.RBrace && p.kind !== T.Eof) {
    if (p.accept(T.Comma) || p.accept(T.Semicolon)) continue
    const from = p.index
    const done = attempt(p, (q) => {
      parseElement(q)
      return true
    })
    if (done === undefined || p.index === from) skipMember(p, from)
  }
  expectClose(p, T.RBrace, open)
  p.context = context
  p.leave()
}

/** Skips a broken member: as a statement, but a statement keyword on the same line is no start of a member. */
function skipMember(p: Cursor, from: number): void {
  do skipElement(p, from)
  while (p.kind !== T.RBrace && p.kind !== T.Eof && !p.isOnNewLine && p.kindAt(p.index - 1) !== T.Semicolon && moved(p))
}

// A skip that stopped at a keyword in the middle of a line goes on behind it.
function moved(p: Cursor): boolean {
  p.advance()
  return true
}

// ── boxes ──

function parseBox(
  p: Cursor,
  start: number,
  attributes: readonly Attribute[],
  keyword: 'box' | 'flow',
  isStatic: boolean,
): BoxDecl {
  const name = p.identifier('box')
  const typeParams = parseTypeParams(p)
  let parentKeyword: BoxDecl['parentKeyword'] = null
  const parents: ParentRef[] = []
  if (p.kind === T.From || p.kind === T.Colon) {
    parentKeyword = p.kind === T.From ? 'from' : ':'
    p.advance()
    do parents.push(parseParent(p))
    while (p.accept(T.Comma))
  }
  let interfaceKeyword: BoxDecl['interfaceKeyword'] = null
  const interfaces: Name[] = []
  if (p.kind === T.Interface || p.kind === T.Implements) {
    interfaceKeyword = p.kind === T.Interface ? 'interface' : 'implements'
    p.advance()
    do interfaces.push(p.identifier('interface'))
    while (p.accept(T.Comma))
  }
  const outerName = p.boxName
  p.boxName = name.text
  const members: Member[] = []
  parseBraced(p, (q) => {
    members.push(parseMember(q))
  })
  p.boxName = outerName
  return {
    kind: 'BoxDecl',
    span: p.spanFrom(start),
    attributes,
    keyword,
    isStatic,
    name,
    typeParams,
    parentKeyword,
    parents,
    interfaceKeyword,
    interfaces,
    members,
  }
}

function parseParent(p: Cursor): ParentRef {
  const start = p.start
  const name = p.identifier('box')
  const args = p.kind === T.Less ? parseTypeArgs(p) : []
  return { kind: 'ParentRef', span: p.spanFrom(start), name, args }
}

/** Index of the first member token after modifiers that a member is made of. */
interface MemberStart {
  readonly start: number
  readonly attributes: readonly Attribute[]
  readonly visibility: Visibility | null
}

function parseMember(p: Cursor): Member {
  const start = p.start
  const attributes = isAttribute(p) ? parseAttributes(p) : []
  switch (p.kind) {
    case T.Init:
      if (p.peekKind() === T.LBrace) return parseInitList(p, start, attributes)
      break
    case T.Static:
      if (p.peekKind() === T.LBrace) {
        p.advance()
        return { kind: 'StaticInitMember', attributes, body: parseBlock(p), span: p.spanFrom(start) }
      }
      break
    case T.LBrace:
      return parseBlockFirst(p, { start, attributes, visibility: null })
    case T.Public:
    case T.Private: {
      const visibility = p.kind === T.Public ? 'public' : 'private'
      if (p.peekKind() === T.LBrace) return parseVisibilityGroup(p, start, attributes, visibility)
      if (isModifier(p)) {
        p.advance()
        return parseVisible(p, { start, attributes, visibility })
      }
      break
    }
    default:
      break
  }
  return parseVisible(p, { start, attributes, visibility: null })
}

/** The contextual word at the cursor is followed, on its line, by a name or by a word that begins a member. */
function isModifier(p: Cursor): boolean {
  return isWordKind(p.peekKind()) && !p.isNewLineAt(p.index + 1)
}

function parseInitList(p: Cursor, start: number, attributes: readonly Attribute[]): Member {
  p.advance()
  const fields: FieldMember[] = []
  parseBraced(p, (q) => {
    const slot = { start: q.start, attributes: [], visibility: null }
    const isWeak = q.kind === T.Weak && isWordKind(q.peekKind())
    if (isWeak) q.advance()
    fields.push(parseStoredField(q, slot, isWeak, q.memberName()))
  })
  return { kind: 'InitListMember', span: p.spanFrom(start), attributes, fields }
}

function parseVisibilityGroup(
  p: Cursor,
  start: number,
  attributes: readonly Attribute[],
  visibility: Visibility,
): VisibilityMember {
  p.advance()
  const items: VisibilityMember['items'][number][] = []
  parseBraced(p, (q) => {
    const itemStart = q.start
    const itemAttributes = isAttribute(q) ? parseAttributes(q) : []
    items.push(parseVisible(q, { start: itemStart, attributes: itemAttributes, visibility }))
  })
  return { kind: 'VisibilityMember', span: p.spanFrom(start), attributes, visibility, items }
}

/** A field, property, constructor or method, its visibility already read. */
function parseVisible(p: Cursor, head: MemberStart): VisibilityMember['items'][number] {
  if (p.kind === T.Weak && isWordKind(p.peekKind()) && p.peekKind(2) !== T.LParen) {
    p.advance()
    return parseStoredField(p, head, true, p.memberName())
  }
  if ((p.kind === T.Once || p.kind === T.BirthOnce) && isModifier(p)) {
    const storage = p.kind === T.Once ? 'once' : 'birth_once'
    p.advance()
    const name = p.memberName()
    if (p.kind !== T.Colon) p.fail("':'")
    p.advance()
    return parsePropertyBody(p, head, storage, name, parseTypeRef(p))
  }
  let isOverride = false
  let isStatic = false
  let keyword: 'method' | 'function' | 'fn' | null = null
  if (p.kind === T.Override && isWordKind(p.peekKind())) {
    isOverride = true
    p.advance()
  }
  if (p.kind === T.Static && isWordKind(p.peekKind())) {
    isStatic = true
    p.advance()
  }
  if ((p.kind === T.Method || p.kind === T.Function || p.kind === T.Fn) && isModifier(p) && p.peekKind(2) === T.LParen) {
    keyword = p.kind === T.Method ? 'method' : p.kind === T.Fn ? 'fn' : 'function'
    p.advance()
  }
  const kind = p.kind
  const name = p.memberName()
  if (p.kind === T.LParen) {
    const isPlain = !isStatic && keyword === null
    const form = isPlain ? constructorForm(kind, name.text, p.boxName) : null
    if (form !== null) return parseConstructor(p, head, isOverride, form, name)
    return parseMethod(p, head, isOverride, isStatic, keyword, name)
  }
  if (isOverride || isStatic) p.fail('LPAREN')
  if (p.kind !== T.Colon) return parseStoredField(p, head, false, name)
  p.advance()
  const type = parseTypeRef(p)
  if (p.kind === T.FatArrow || (p.kind === T.LBrace && !isBlockFirst(p))) {
    return parsePropertyBody(p, head, 'computed', name, type)
  }
  return finishStoredField(p, head, false, name, type)
}

function constructorForm(
  kind: TokenKind,
  name: string,
  boxName: string,
): 'birth' | 'pack' | 'init' | 'same-name' | null {
  if (kind === T.Birth) return 'birth'
  if (kind === T.Pack) return 'pack'
  if (kind === T.Init) return 'init'
  return name === boxName ? 'same-name' : null
}

function parseConstructor(
  p: Cursor,
  head: MemberStart,
  isOverride: boolean,
  form: 'birth' | 'pack' | 'init' | 'same-name',
  name: Name,
): VisibilityMember['items'][number] {
  const { attributes, visibility } = head
  const params = parseParams(p)
  const body = parseBlock(p)
  const handlers = parseHandlers(p, 'method')
  const span = p.spanFrom(head.start)
  return { kind: 'ConstructorMember', span, attributes, visibility, isOverride, form, name, params, body, handlers }
}

function parseMethod(
  p: Cursor,
  head: MemberStart,
  isOverride: boolean,
  isStatic: boolean,
  keyword: 'method' | 'function' | 'fn' | null,
  name: Name,
): VisibilityMember['items'][number] {
  const { attributes, visibility } = head
  const params = parseParams(p)
  const returnType = parseTypeAnnotation(p)
  const body = parseBlock(p)
  const handlers = parseHandlers(p, 'method')
  return {
    kind: 'MethodMember',
    span: p.spanFrom(head.start),
    attributes,
    visibility,
    isOverride,
    isStatic,
    keyword,
    name,
    params,
    returnType,
    body,
    handlers,
  }
}

function parseStoredField(p: Cursor, head: MemberStart, isWeak: boolean, name: Name): FieldMember {
  return finishStoredField(p, head, isWeak, name, parseTypeAnnotation(p))
}

function finishStoredField(
  p: Cursor,
  head: MemberStart,
  isWeak: boolean,
  name: Name,
  type: TypeRef | null,
): FieldMember {
  const { attributes, visibility } = head
  const init = p.accept(T.Eq) ? parseExpr(p) : null
  return { kind: 'FieldMember', span: p.spanFrom(head.start), attributes, visibility, isWeak, name, type, init }
}

function parsePropertyBody(
  p: Cursor,
  head: MemberStart,
  storage: PropertyMember['storage'],
  name: Name,
  type: TypeRef,
): PropertyMember {
  const { attributes, visibility } = head
  let body: Expr | Block
  let form: PropertyMember['form'] = 'block'
  if (p.accept(T.FatArrow)) {
    form = 'arrow'
    if (p.kind === T.If) p.elseOptionalAt = p.index
    body = parseExpr(p)
  } else {
    body = parseBlock(p)
  }
  const handlers = parseHandlers(p, 'property')
  const span = p.spanFrom(head.start)
  return { kind: 'PropertyMember', span, attributes, visibility, storage, form, name, type, body, handlers }
}

/** The block at the cursor is the body of a block-first property: `{…} as name: T`. */
function isBlockFirst(p: Cursor): boolean {
  if (!p.isOnNewLine) return false
  const close = p.partnerAt(p.index)
  return close !== -1 && p.kindAt(close + 1) === T.As
}

function parseBlockFirst(p: Cursor, head: MemberStart): PropertyMember {
  const { attributes, visibility } = head
  const body = parseBlock(p)
  p.expect(T.As)
  let storage: PropertyMember['storage'] = 'computed'
  if ((p.kind === T.Once || p.kind === T.BirthOnce) && isWordKind(p.peekKind())) {
    storage = p.kind === T.Once ? 'once' : 'birth_once'
    p.advance()
  }
  const name = p.memberName()
  if (!p.accept(T.Colon)) {
    p.unexpected("':'")
    throw RECOVER
  }
  const type = parseTypeRef(p)
  const span = p.spanFrom(head.start)
  return { kind: 'PropertyMember', span, attributes, visibility, storage, form: 'block-first', name, type, body, handlers: null }
}
