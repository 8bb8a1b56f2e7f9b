/**
 * Text that deflate may refer to before a link's own text begins: what most programs hold. It makes short programs'
 * links about a third shorter. It is part of format 2 for ever: one changed character and every link of the format
 * opens as another program, so a test holds its checksum. What is most frequent stands last, where references are
 * shortest.
 */
const TEXT = `global include import implements interface override private public weak lock scoped nowait await task_scope once birth_once computed
throw cleanup fini() guard repeat until foreach while peek continue break postfix isType(asType(hasPrefix substring(indexOf(lastIndexOf(split(join(
replace(trim() toUpper() toLower() charCodeAt(startsWith(endsWith(contains(reverse() sort() slice(insert(remove(clear() keys() values() has( delete(
new RandomBox(new TimeBox(new MathBox(new RegexBox(new ConsoleBox() ResultBox::Ok( ResultBox::Err( ErrorBox JSONBox FileBox BufferBox WebCanvasBox(
setFillStyle(fillRect(beginPath() moveTo( lineTo( stroke() nowMs() sqrt( floor( random() toInteger() toFloat() toString() env.console.log(
Hello, World! Fibonacci fibonacci( factorial( prime sum total count result index value name items list node left right next queue stack
// The 
# 
enum Shape { Circle(r) Rect { w, h } } match shape { Circle(r) => _ => null Some(x) None Option Result
interface box Point from Parent { delegate } from Base.birth( override
static box Main {
  main(args) {
  main() {
    local con = new ConsoleBox()
    con.println(
    local list = [1, 2, 3]
    local map = %{"key" => 1}
    local map = new MapBox()
    map.set("
    map.get("
    local items = new ArrayBox()
    items.push(
    items.get(i)
    items.size()
    local f = fn(x) { return x * 2 }
    xs.map(fn(x) x + 1).filter(
    loop(i < n) {
      i = i + 1
      i += 1
    loop(true) {
    for i in 0..10 {
    for x in items {
    if n < 2 { return n }
    if i % 2 == 0 and not
    } else if 
    } else {
    } catch (e) {
    print("error: " + e.message)
    using "part2.hako" as
    return fib(n - 1) + fib(n - 2)
    return me.
    return null
    return true
    return false
    return 0
    me.name = name
box Counter {
  birth(
  init { 
  value: 0
  fini() {
function fib(n) {
    local result = ""
    local total = 0
    local i = 0
    local x = new 
    print(i)
    print("
  }
}
","text":"{"files":[{"name":"main.hako","text":"static box Main {\\n  main() {\\n    print(\\"\\n    local \\n    \\n  }\\n}\\n"},{"name":"part2.hako","text":"
\\n"}],"active":0,"stdin":"","engine":"wasm","views":["editor","output"],"selection":{"start":0,"end":0},"layout":{"kind":"row","sizes":[62,38],"children":[{"kind":"group","tabs":["editor"],"active":"editor"},{"kind":"column","sizes":[70,30],"children":[{"kind":"group","tabs":["output","problems"],"active":"output"},{"kind":"group","tabs":["input"],"active":"input"}]}]}}"engine":"vm","views":["editor","mir","output"],"selection":{"start":0,"end":0},"layout":{"kind":"row","sizes":[50,50],"children":[{"kind":"group","tabs":["editor"],"active":"editor"},{"kind":"column","sizes":[56,44],"children":[{"kind":"group","tabs":["mir","wat","llvm"],"active":"mir"},{"kind":"group","tabs":["output","problems","input"],"active":"output"}]}]}}
{"files":[{"name":"main.hako","text":"`

/** The dictionary of format 2 as bytes. */
export const DICTIONARY_2: Uint8Array = new TextEncoder().encode(TEXT)
