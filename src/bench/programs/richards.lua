local function class()
  local c = {}
  c.__index = c
  return c
end
local Packet, Task, Scheduler = class(), class(), class()
local Idler, Worker, Handler, Device = class(), class(), class(), class()

local function packet(link, id, is_work)
  return setmetatable({ link = link, id = id, is_work = is_work, datum = 0, data = { 0, 0, 0, 0 } }, Packet)
end
function Packet:append_to(queue)
  self.link = nil
  if queue == nil then return self end
  local last = queue
  while last.link ~= nil do last = last.link end
  last.link = self
  return queue
end

local function task(scheduler, id, priority, queue, work)
  local t = setmetatable({ link = scheduler.list, id = id, priority = priority, queue = queue, is_pending = queue ~= nil, is_waiting = queue ~= nil, is_held = false, work = work }, Task)
  scheduler.list = t
  scheduler.tasks[id + 1] = t
  return t
end
function Task:is_blocked() return self.is_held or (self.is_waiting and not self.is_pending) end
function Task:run()
  local first
  if self.is_waiting and self.is_pending then
    first = self.queue
    self.queue = first.link
    self.is_waiting = false
    self.is_pending = self.queue ~= nil
  end
  return self.work:step(self, first)
end
function Task:receive(p, sender)
  if self.queue == nil then
    self.queue = p
    p.link = nil
    self.is_pending = true
    if self.priority > sender.priority then return self end
  else
    self.queue = p:append_to(self.queue)
  end
  return sender
end

function Scheduler:schedule()
  self.current = self.list
  while self.current ~= nil do
    local t = self.current
    if t:is_blocked() then self.current = t.link else self.current = t:run() end
  end
end
function Scheduler:wait(t)
  t.is_waiting = true
  return t
end
function Scheduler:hold(t)
  self.held = self.held + 1
  t.is_held = true
  return t.link
end
function Scheduler:release(t, id)
  local other = self.tasks[id + 1]
  if other == nil then return other end
  other.is_held = false
  if other.priority > t.priority then return other end
  return t
end
function Scheduler:send(t, p)
  local receiver = self.tasks[p.id + 1]
  if receiver == nil then return receiver end
  self.queued = self.queued + 1
  p.link = nil
  p.id = t.id
  return receiver:receive(p, t)
end

function Idler:step(t)
  self.count = self.count - 1
  if self.count == 0 then return self.scheduler:hold(t) end
  if self.control % 2 == 0 then
    self.control = self.control // 2
    return self.scheduler:release(t, 4)
  end
  self.control = (self.control // 2) ~ 53256
  return self.scheduler:release(t, 5)
end
function Worker:step(t, p)
  if p == nil then return self.scheduler:wait(t) end
  if self.target == 2 then self.target = 3 else self.target = 2 end
  p.id = self.target
  p.datum = 0
  for i = 1, 4 do
    self.letter = self.letter % 26 + 1
    p.data[i] = self.letter
  end
  return self.scheduler:send(t, p)
end
function Handler:step(t, p)
  if p ~= nil then
    if p.is_work then self.work = p:append_to(self.work) else self.devices = p:append_to(self.devices) end
  end
  if self.work ~= nil then
    local item = self.work
    local at = item.datum
    if at >= 4 then
      self.work = item.link
      return self.scheduler:send(t, item)
    end
    if self.devices ~= nil then
      local device = self.devices
      self.devices = device.link
      device.datum = item.data[at + 1]
      item.datum = at + 1
      return self.scheduler:send(t, device)
    end
  end
  return self.scheduler:wait(t)
end
function Device:step(t, p)
  if p == nil then
    if self.kept == nil then return self.scheduler:wait(t) end
    local sent = self.kept
    self.kept = nil
    return self.scheduler:send(t, sent)
  end
  self.kept = p
  return self.scheduler:hold(t)
end

local function packets(count, id, is_work)
  local queue
  for _ = 1, count do queue = packet(queue, id, is_work) end
  return queue
end
local queued, held = 0, 0
for _ = 1, 100 do
  local s = setmetatable({ tasks = {}, queued = 0, held = 0 }, Scheduler)
  task(s, 0, 0, nil, setmetatable({ scheduler = s, control = 1, count = 10000 }, Idler))
  task(s, 1, 1000, packets(2, 1, true), setmetatable({ scheduler = s, target = 2, letter = 0 }, Worker))
  task(s, 2, 2000, packets(3, 4, false), setmetatable({ scheduler = s }, Handler))
  task(s, 3, 3000, packets(3, 5, false), setmetatable({ scheduler = s }, Handler))
  task(s, 4, 4000, nil, setmetatable({ scheduler = s }, Device)).is_waiting = true
  task(s, 5, 5000, nil, setmetatable({ scheduler = s }, Device)).is_waiting = true
  s:schedule()
  queued = queued + s.queued
  held = held + s.held
end
print(queued .. " " .. held)
