/**
 * TABLE of the classes of the runtime library: box name → class number, type name, names accepted by `is`.
 *
 * The one idea: class numbers below `FIRST_USER_CLASS` belong to the library and never change meaning. A box without a number
 * (`id` 0) has no objects of its own: its values are plain values.
 */

/** One class. */
export interface LibraryClass {
  /** Number in object headers; 0 for plain values and for functions, whose classes the compiler makes. */
  readonly id: number
  /** What `typeName()` and messages call it. */
  readonly typeName: string
  /** Names that `is` and `as` accept for a value of it, besides `Any`. */
  readonly isNames: readonly string[]
}

/** All library classes by box name. */
export const CLASSES = {
  IntegerBox: { id: 0, typeName: "Integer", isNames: ["Integer", "Int", "I64", "IntegerBox"] },
  FloatBox: { id: 0, typeName: "Float", isNames: ["Float", "F64", "FloatBox"] },
  BoolBox: { id: 0, typeName: "Bool", isNames: ["Bool", "Boolean", "BoolBox"] },
  NullBox: { id: 0, typeName: "Void", isNames: ["Void", "Unit", "Null", "NullBox", "VoidBox"] },
  FunctionBox: { id: 0, typeName: "FunctionBox", isNames: ["Function", "FunctionBox"] },
  StringBox: { id: 1, typeName: "String", isNames: ["String", "Str", "StringBox"] },
  ArrayBox: { id: 2, typeName: "ArrayBox", isNames: ["Array", "ArrayBox"] },
  MapBox: { id: 3, typeName: "MapBox", isNames: ["Map", "MapBox"] },
  ErrorBox: { id: 4, typeName: "ErrorBox", isNames: ["ErrorBox", "Error"] },
  WeakRef: { id: 5, typeName: "WeakRef", isNames: ["WeakRef"] },
  FutureBox: { id: 6, typeName: "Future", isNames: ["Future", "FutureBox"] },
  RangeBox: { id: 7, typeName: "RangeBox", isNames: ["Range", "RangeBox"] },
  ResultBox: { id: 8, typeName: "ResultBox", isNames: ["Result", "ResultBox"] },
  ConsoleBox: { id: 9, typeName: "ConsoleBox", isNames: ["ConsoleBox"] },
  MathBox: { id: 10, typeName: "MathBox", isNames: ["MathBox"] },
  RandomBox: { id: 11, typeName: "RandomBox", isNames: ["RandomBox"] },
  TimeBox: { id: 12, typeName: "TimeBox", isNames: ["TimeBox"] },
  DateTimeBox: { id: 13, typeName: "DateTimeBox", isNames: ["DateTimeBox"] },
  TimerBox: { id: 14, typeName: "TimerBox", isNames: ["TimerBox"] },
  JSONBox: { id: 15, typeName: "JSONBox", isNames: ["JSONBox"] },
  RegexBox: { id: 16, typeName: "RegexBox", isNames: ["RegexBox"] },
  BufferBox: { id: 17, typeName: "BufferBox", isNames: ["BufferBox"] },
  RefCellBox: { id: 18, typeName: "RefCellBox", isNames: ["RefCellBox"] },
  IntCellBox: { id: 19, typeName: "IntCellBox", isNames: ["IntCellBox"] },
  MethodBox: { id: 20, typeName: "MethodBox", isNames: ["MethodBox"] },
  FileBox: { id: 21, typeName: "FileBox", isNames: ["FileBox"] },
  JsonDocBox: { id: 22, typeName: "JsonDocBox", isNames: ["JsonDocBox"] },
  JsonNodeBox: { id: 23, typeName: "JsonNodeBox", isNames: ["JsonNodeBox"] },
  DebugBox: { id: 24, typeName: "DebugBox", isNames: ["DebugBox"] },
  PathBox: { id: 25, typeName: "PathBox", isNames: ["PathBox"] },
  WebCanvasBox: { id: 26, typeName: "WebCanvasBox", isNames: ["WebCanvasBox"] },
} as const satisfies Record<string, LibraryClass>

/** Name of a library class. */
export type ClassName = keyof typeof CLASSES

/** The row of `name`, or undefined for a box that is not of the library. */
export function libraryClass(name: string): LibraryClass | undefined {
  return Object.hasOwn(CLASSES, name) ? CLASSES[name as ClassName] : undefined
}

/** Boxes that `new` answers with `Unsupported`: they need what a sandbox does not give. */
export const SANDBOXED_BOXES: readonly string[] = [
  "SocketBox", "HttpClientBox", "HttpServerBox", "HTTPClientBox", "HTTPServerBox", "HTTPRequestBox", "HTTPResponseBox", "P2PBox",
  "IntentBox", "SimpleIntentBox", "NetClientBox", "EguiBox", "CanvasEventBox", "CanvasLoopBox", "WebDisplayBox",
  "WebConsoleBox", "QRBox", "AudioBox", "SoundBox", "PyRuntimeBox", "PyObjectBox", "PythonParserBox", "StreamBox", "AotCompilerBox",
  "AotConfigBox", "JitConfigBox", "JitStatsBox", "JitEventsBox", "JitHotnessBox", "GcConfigBox", "DebugConfigBox", "HotReloadBox",
  "TOMLBox", "ExternBox", "FileHandleBox", "TokenBox", "TaskGroupBox", "CounterBox",
]
