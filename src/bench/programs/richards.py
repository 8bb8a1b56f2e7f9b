class Packet:
    __slots__ = ("link", "id", "is_work", "datum", "data")

    def __init__(self, link, id, is_work):
        self.link = link
        self.id = id
        self.is_work = is_work
        self.datum = 0
        self.data = [0, 0, 0, 0]

    def append_to(self, queue):
        self.link = None
        if queue is None:
            return self
        last = queue
        while last.link is not None:
            last = last.link
        last.link = self
        return queue


class Task:
    __slots__ = ("link", "id", "priority", "queue", "is_pending", "is_waiting", "is_held", "work")

    def __init__(self, scheduler, id, priority, queue, work):
        self.link = scheduler.list
        self.id = id
        self.priority = priority
        self.queue = queue
        self.is_pending = queue is not None
        self.is_waiting = queue is not None
        self.is_held = False
        self.work = work
        scheduler.list = self
        scheduler.tasks[id] = self

    def is_blocked(self):
        return self.is_held or (self.is_waiting and not self.is_pending)

    def run(self):
        packet = None
        if self.is_waiting and self.is_pending:
            packet = self.queue
            self.queue = packet.link
            self.is_waiting = False
            self.is_pending = self.queue is not None
        return self.work.step(self, packet)

    def receive(self, packet, sender):
        if self.queue is None:
            self.queue = packet
            packet.link = None
            self.is_pending = True
            if self.priority > sender.priority:
                return self
        else:
            self.queue = packet.append_to(self.queue)
        return sender


class Scheduler:
    __slots__ = ("list", "current", "tasks", "queued", "held")

    def __init__(self):
        self.list = None
        self.current = None
        self.tasks = [None] * 6
        self.queued = 0
        self.held = 0

    def schedule(self):
        self.current = self.list
        while self.current is not None:
            task = self.current
            if task.is_blocked():
                self.current = task.link
            else:
                self.current = task.run()

    def wait(self, task):
        task.is_waiting = True
        return task

    def hold(self, task):
        self.held += 1
        task.is_held = True
        return task.link

    def release(self, task, id):
        other = self.tasks[id]
        if other is None:
            return other
        other.is_held = False
        if other.priority > task.priority:
            return other
        return task

    def send(self, task, packet):
        receiver = self.tasks[packet.id]
        if receiver is None:
            return receiver
        self.queued += 1
        packet.link = None
        packet.id = task.id
        return receiver.receive(packet, task)


class Idler:
    __slots__ = ("scheduler", "control", "count")

    def __init__(self, scheduler, count):
        self.scheduler = scheduler
        self.control = 1
        self.count = count

    def step(self, task, packet):
        self.count -= 1
        if self.count == 0:
            return self.scheduler.hold(task)
        if self.control % 2 == 0:
            self.control = self.control // 2
            return self.scheduler.release(task, 4)
        self.control = (self.control // 2) ^ 53256
        return self.scheduler.release(task, 5)


class Worker:
    __slots__ = ("scheduler", "target", "letter")

    def __init__(self, scheduler):
        self.scheduler = scheduler
        self.target = 2
        self.letter = 0

    def step(self, task, packet):
        if packet is None:
            return self.scheduler.wait(task)
        self.target = 3 if self.target == 2 else 2
        packet.id = self.target
        packet.datum = 0
        for i in range(4):
            self.letter = self.letter % 26 + 1
            packet.data[i] = self.letter
        return self.scheduler.send(task, packet)


class Handler:
    __slots__ = ("scheduler", "work", "devices")

    def __init__(self, scheduler):
        self.scheduler = scheduler
        self.work = None
        self.devices = None

    def step(self, task, packet):
        if packet is not None:
            if packet.is_work:
                self.work = packet.append_to(self.work)
            else:
                self.devices = packet.append_to(self.devices)
        if self.work is not None:
            item = self.work
            at = item.datum
            if at >= 4:
                self.work = item.link
                return self.scheduler.send(task, item)
            if self.devices is not None:
                device = self.devices
                self.devices = device.link
                device.datum = item.data[at]
                item.datum = at + 1
                return self.scheduler.send(task, device)
        return self.scheduler.wait(task)


class Device:
    __slots__ = ("scheduler", "kept")

    def __init__(self, scheduler):
        self.scheduler = scheduler
        self.kept = None

    def step(self, task, packet):
        if packet is None:
            if self.kept is None:
                return self.scheduler.wait(task)
            sent = self.kept
            self.kept = None
            return self.scheduler.send(task, sent)
        self.kept = packet
        return self.scheduler.hold(task)


def packets(count, id, is_work):
    queue = None
    for _ in range(count):
        queue = Packet(queue, id, is_work)
    return queue


def main():
    queued = 0
    held = 0
    for _ in range(100):
        s = Scheduler()
        Task(s, 0, 0, None, Idler(s, 10000))
        Task(s, 1, 1000, packets(2, 1, True), Worker(s))
        Task(s, 2, 2000, packets(3, 4, False), Handler(s))
        Task(s, 3, 3000, packets(3, 5, False), Handler(s))
        Task(s, 4, 4000, None, Device(s)).is_waiting = True
        Task(s, 5, 5000, None, Device(s)).is_waiting = True
        s.schedule()
        queued += s.queued
        held += s.held
    print(f"{queued} {held}")


main()
