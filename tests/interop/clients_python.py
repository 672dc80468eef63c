"""The Python clients, in this process: confluent-kafka, kafka-python, aiokafka, and ours, which has confluent-kafka's interface."""

import asyncio
import threading


from client import EARLIEST, PATIENCE, Client, Record, Refused


def none_if_negative(offset):
    return -1 if offset is None or offset < 0 else offset


class Confluent(Client):
    name = "confluent-kafka"
    module = "confluent_kafka"
    # It sends the zero byte that ends the string in C along with it.
    metadata_max = 4095

    def __init__(self, address):
        super().__init__(address)
        self.ck = __import__(self.module)
        self.admin_module = __import__(f"{self.module}.admin", fromlist=["AdminClient"])
        self.admin = self.admin_module.AdminClient({"bootstrap.servers": address})

    def refused(self, error):
        error = error.args[0] if isinstance(error, Exception) else error
        return Refused(error.code(), error.str())

    def done(self, futures):
        """The one result of an admin call."""
        try:
            return next(iter(futures.values())).result(PATIENCE)
        except self.ck.KafkaException as e:
            raise self.refused(e) from e

    def write(self, topic, records, codec="none", max_bytes=0):
        failed, config = [], {"bootstrap.servers": self.address, "compression.type": codec, "linger.ms": 5, "log_level": 0}
        if max_bytes:
            config["message.max.bytes"] = max_bytes
        p = self.ck.Producer(config)
        for r in records:
            p.produce(topic, r.value, key=r.key, headers=list(r.headers), partition=r.partition, timestamp=r.timestamp, on_delivery=lambda e, m: failed.append(e) if e else None)
        assert p.flush(PATIENCE) == 0
        if failed:
            raise self.refused(failed[0])

    def consumer(self, group, reset="earliest"):
        return self.ck.Consumer({
            "bootstrap.servers": self.address, "group.id": group, "auto.offset.reset": reset, "enable.auto.commit": False, "check.crcs": True,
            "fetch.wait.max.ms": 250, "heartbeat.interval.ms": 300,
        })

    def join(self, group, topic, reset="earliest"):
        c = self.consumer(group, reset)
        c.subscribe([topic])
        return ConfluentMember(self, c)

    def commit(self, group, topic, partition, offset, metadata=""):
        c = self.consumer(group)
        try:
            got = c.commit(offsets=[self.ck.TopicPartition(topic, partition, offset, metadata)], asynchronous=False)
        except self.ck.KafkaException as e:
            raise self.refused(e) from e
        finally:
            c.close()
        if got[0].error:
            raise self.refused(got[0].error)

    def committed(self, group, topic, partition):
        c = self.consumer(group)
        try:
            got = c.committed([self.ck.TopicPartition(topic, partition)], PATIENCE)[0]
        finally:
            c.close()
        return none_if_negative(got.offset), getattr(got, "metadata", None) or ""

    def offset(self, topic, partition, at):
        c = self.consumer("offsets")
        try:
            if at < 0:
                low, high = c.get_watermark_offsets(self.ck.TopicPartition(topic, partition), PATIENCE)
                return low if at == EARLIEST else high
            return none_if_negative(c.offsets_for_times([self.ck.TopicPartition(topic, partition, at)], PATIENCE)[0].offset)
        finally:
            c.close()

    def create(self, topic, partitions, configs=None):
        self.done(self.admin.create_topics([self.admin_module.NewTopic(topic, partitions, 1, config=configs or {})]))

    def grow(self, topic, partitions):
        self.done(self.admin.create_partitions([self.admin_module.NewPartitions(topic, partitions)]))

    def remove(self, topic):
        self.done(self.admin.delete_topics([topic]))

    def topics(self):
        return {name: len(t.partitions) for name, t in self.admin.list_topics(timeout=PATIENCE).topics.items()}

    def resource(self, topic):
        return self.admin_module.ConfigResource(self.admin_module.ConfigResource.Type.TOPIC, topic)

    def config(self, topic, name):
        return self.done(self.admin.describe_configs([self.resource(topic)]))[name].value

    def alter(self, topic, name, value):
        r = self.resource(topic)
        r.add_incremental_config(self.admin_module.ConfigEntry(name, value, incremental_operation=self.admin_module.AlterConfigOpType.SET))
        self.done(self.admin.incremental_alter_configs([r]))

    def delete_records(self, topic, partition, before):
        self.done(self.admin.delete_records([self.ck.TopicPartition(topic, partition, before)]))

    def groups(self):
        return [g.group_id for g in self.admin.list_consumer_groups().result(PATIENCE).valid]

    def describe(self, group):
        g = self.done(self.admin.describe_consumer_groups([group]))
        return g.state.name, len(g.members)

    def remove_group(self, group):
        self.done(self.admin.delete_consumer_groups([group]))


class ConfluentMember:
    def __init__(self, client, consumer):
        self.client, self.consumer = client, consumer

    def poll(self, seconds):
        out = []
        for m in self.consumer.consume(500, seconds):
            if m.error() is not None:
                raise self.client.refused(m.error())
            out.append(Record(m.key(), m.value(), tuple(m.headers() or ()), m.timestamp()[1], m.partition(), m.offset()))
        if out:
            try:
                self.consumer.commit(asynchronous=False)
            except self.client.ck.KafkaException as e:
                # A commit that a rebalance overtook: the records are read again by whoever has the partition now.
                if e.args[0].code() not in (22, 25, 27, -168):
                    raise
        return out

    def leave(self):
        self.consumer.close()


class Ours(Confluent):
    name = "wellhead (Python)"
    module = "wellhead"
    metadata_max = Client.metadata_max


class KafkaPython(Client):
    name = "kafka-python"
    # It refuses to send a header without a value, and a record with neither key nor value.
    carries = Client.carries - {"null_headers", "nothing"}

    def __init__(self, address):
        super().__init__(address)
        import kafka
        import kafka.admin

        self.kafka = kafka
        self.admin = kafka.KafkaAdminClient(bootstrap_servers=address)

    def close(self):
        self.admin.close()

    def ask(self, call, *args, **kw):
        from kafka.errors import KafkaError

        try:
            return call(*args, **kw)
        except KafkaError as e:
            raise Refused(getattr(e, "errno", -1), str(e)) from e

    def write(self, topic, records, codec="none", max_bytes=0):
        limits = {"max_request_size": max_bytes} if max_bytes else {}
        p = self.kafka.KafkaProducer(bootstrap_servers=self.address, acks="all", compression_type=None if codec == "none" else codec, **limits)
        try:
            sent = [p.send(topic, value=r.value, key=r.key, headers=list(r.headers), partition=r.partition, timestamp_ms=r.timestamp) for r in records]
            p.flush(PATIENCE)
            for s in sent:
                self.ask(s.get, PATIENCE)
        finally:
            p.close()

    def consumer(self, *topics, **config):
        return self.kafka.KafkaConsumer(*topics, bootstrap_servers=self.address, enable_auto_commit=False, heartbeat_interval_ms=300, fetch_max_wait_ms=250, **config)

    def join(self, group, topic, reset="earliest"):
        return KafkaPythonMember(self, self.consumer(topic, group_id=group, auto_offset_reset=reset))

    def commit(self, group, topic, partition, offset, metadata=""):
        c = self.consumer(group_id=group)
        try:
            tp = self.kafka.TopicPartition(topic, partition)
            c.assign([tp])
            self.ask(c.commit, {tp: self.kafka.structs.OffsetAndMetadata(offset, metadata, -1)})
        finally:
            c.close()

    def committed(self, group, topic, partition):
        c = self.consumer(group_id=group)
        try:
            got = c.committed(self.kafka.TopicPartition(topic, partition), metadata=True)
            return (-1, "") if got is None else (got.offset, got.metadata)
        finally:
            c.close()

    def offset(self, topic, partition, at):
        c = self.consumer()
        try:
            tp = self.kafka.TopicPartition(topic, partition)
            if at < 0:
                return (c.beginning_offsets if at == EARLIEST else c.end_offsets)([tp])[tp]
            got = c.offsets_for_times({tp: at})[tp]
            return -1 if got is None else got.offset
        finally:
            c.close()

    def create(self, topic, partitions, configs=None):
        self.ask(self.admin.create_topics, [self.kafka.admin.NewTopic(topic, partitions, 1, topic_configs=configs or {})])

    def grow(self, topic, partitions):
        self.ask(self.admin.create_partitions, {topic: self.kafka.admin.NewPartitions(partitions)})

    def remove(self, topic):
        self.ask(self.admin.delete_topics, [topic])

    def topics(self):
        return {t["name"]: len(t["partitions"]) for t in self.admin.describe_topics()}

    def resource(self, topic, configs=None):
        return self.kafka.admin.ConfigResource(self.kafka.admin.ConfigResourceType.TOPIC, topic, configs)

    def config(self, topic, name):
        got = self.ask(self.admin.describe_configs, [self.resource(topic)], config_filter="all")
        return got["topic"][topic][name]["value"]

    def alter(self, topic, name, value):
        self.ask(self.admin.alter_configs, [self.resource(topic, {name: value})])

    def delete_records(self, topic, partition, before):
        self.ask(self.admin.delete_records, {self.kafka.TopicPartition(topic, partition): before})

    def groups(self):
        return [g["group_id"] for g in self.ask(self.admin.list_groups)]

    def describe(self, group):
        g = self.ask(self.admin.describe_groups, [group])[group]
        return g["group_state"], len(g["members"])

    def remove_group(self, group):
        got = self.ask(self.admin.delete_groups, [group])
        if got[group] != "OK":
            raise Refused(-1, str(got))


class KafkaPythonMember:
    #: A poll of kafka-python 3.0.12 that ends between its JoinGroup and the answer to its SyncGroup forgets the assignment: the member has joined, reads nothing and sends no heartbeat until its
    #: session ends. So no poll is so short that a join may not fit in, also on a busy machine; one that finds records returns at once.
    SHORTEST = 2

    def __init__(self, client, consumer):
        self.client, self.consumer = client, consumer

    def poll(self, seconds):
        # Once it is a member it stays within the time that the test gives it, as far as its group is not rebalancing, which it does not tell.
        seconds = seconds if self.consumer.assignment() else self.SHORTEST
        got = self.client.ask(self.consumer.poll, timeout_ms=int(seconds * 1000))
        out = [Record(r.key, r.value, tuple(r.headers), r.timestamp, r.partition, r.offset) for rows in got.values() for r in rows]
        if out:
            try:
                self.client.ask(self.consumer.commit)
            except Refused as e:
                if e.code not in (22, 25, 27, -1):
                    raise
        return out

    def leave(self):
        self.consumer.close()


class Loop:
    """An event loop on a thread of its own, as members must answer while nobody polls them."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    def wait(self, coroutine):
        from aiokafka.errors import KafkaError

        try:
            return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(2 * PATIENCE)
        except KafkaError as e:
            raise Refused(getattr(e, "errno", -1), repr(e)) from e

    def close(self):
        self.loop.call_soon_threadsafe(self.loop.stop)


class Aiokafka(Client):
    name = "aiokafka"
    # Its admin client can neither delete nor, without a session, create what the tests of groups need; it has no call to delete a group.
    has = Client.has - {"group_admin"}
    carries = Client.carries - {"null_headers", "nothing"}

    def __init__(self, address):
        super().__init__(address)
        import aiokafka
        import aiokafka.admin

        self.aio, self.loop = aiokafka, Loop()
        self.admin = self.loop.wait(self.started(aiokafka.admin.AIOKafkaAdminClient, bootstrap_servers=address))

    async def started(self, kind, *args, **kw):
        thing = kind(*args, **kw)
        await thing.start()
        return thing

    def close(self):
        self.loop.wait(self.admin.close())
        self.loop.close()

    def write(self, topic, records, codec="none", max_bytes=0):
        async def write():
            limits = {"max_request_size": max_bytes, "max_batch_size": max_bytes} if max_bytes else {}
            p = await self.started(self.aio.AIOKafkaProducer, bootstrap_servers=self.address, acks="all", compression_type=None if codec == "none" else codec, **limits)
            try:
                sent = [await p.send(topic, value=r.value, key=r.key, headers=list(r.headers), partition=r.partition, timestamp_ms=r.timestamp) for r in records]
                await asyncio.gather(*sent)
            finally:
                await p.stop()

        self.loop.wait(write())

    def consumer(self, *topics, **config):
        return self.loop.wait(self.started(
            self.aio.AIOKafkaConsumer, *topics, bootstrap_servers=self.address, enable_auto_commit=False, heartbeat_interval_ms=300, fetch_max_wait_ms=250, **config
        ))

    def join(self, group, topic, reset="earliest"):
        return AiokafkaMember(self, self.consumer(topic, group_id=group, auto_offset_reset=reset))

    def with_consumer(self, use, **config):
        c = self.consumer(**config)
        try:
            return self.loop.wait(use(c))
        finally:
            self.loop.wait(c.stop())

    def commit(self, group, topic, partition, offset, metadata=""):
        tp = self.aio.TopicPartition(topic, partition)

        async def use(c):
            c.assign([tp])
            await c.commit({tp: (offset, metadata)})

        self.with_consumer(use, group_id=group)

    def committed(self, group, topic, partition):
        got = self.loop.wait(self.admin.list_consumer_group_offsets(group)).get(self.aio.TopicPartition(topic, partition))
        return (-1, "") if got is None else (got.offset, got.metadata)

    def offset(self, topic, partition, at):
        tp = self.aio.TopicPartition(topic, partition)

        async def use(c):
            if at < 0:
                return (await (c.beginning_offsets if at == EARLIEST else c.end_offsets)([tp]))[tp]
            got = (await c.offsets_for_times({tp: at}))[tp]
            return -1 if got is None else got.offset

        return self.with_consumer(use)

    @staticmethod
    def first(errors):
        """Raises for the first (name, code, ...) that has a code."""
        for e in errors:
            if e[1] != 0:
                raise Refused(e[1], str(e))

    def create(self, topic, partitions, configs=None):
        self.first(self.loop.wait(self.admin.create_topics([self.aio.admin.NewTopic(topic, partitions, 1, topic_configs=configs or {})])).topic_errors)

    def grow(self, topic, partitions):
        self.first(self.loop.wait(self.admin.create_partitions({topic: self.aio.admin.NewPartitions(partitions)})).topic_errors)

    def remove(self, topic):
        self.first(self.loop.wait(self.admin.delete_topics([topic])).topic_error_codes)

    def topics(self):
        return {t["topic"]: len(t["partitions"]) for t in self.loop.wait(self.admin.describe_topics())}

    def resource(self, topic, configs=None):
        return self.aio.admin.config_resource.ConfigResource(self.aio.admin.config_resource.ConfigResourceType.TOPIC, topic, configs)

    def config(self, topic, name):
        got = self.loop.wait(self.admin.describe_configs([self.resource(topic)]))[0].resources[0]
        return next(entry[1] for entry in got[4] if entry[0] == name)

    def alter(self, topic, name, value):
        self.loop.wait(self.admin.alter_configs([self.resource(topic, {name: value})]))

    def delete_records(self, topic, partition, before):
        self.loop.wait(self.admin.delete_records({self.aio.TopicPartition(topic, partition): self.aio.admin.RecordsToDelete(before_offset=before)}))

    def groups(self):
        return [g[0] for g in self.loop.wait(self.admin.list_consumer_groups())]

    def describe(self, group):
        g = self.loop.wait(self.admin.describe_consumer_groups([group]))[0].groups[0]
        return g[2], len(g[5])


class AiokafkaMember:
    def __init__(self, client, consumer):
        self.client, self.consumer = client, consumer

    def poll(self, seconds):
        wait = self.client.loop.wait
        got = wait(self.consumer.getmany(timeout_ms=int(seconds * 1000)))
        out = [Record(r.key, r.value, tuple(r.headers), r.timestamp, r.partition, r.offset) for rows in got.values() for r in rows]
        if out:
            try:
                wait(self.consumer.commit())
            except Refused as e:
                if e.code not in (22, 25, 27, -1):
                    raise
        return out

    def leave(self):
        self.client.loop.wait(self.consumer.stop())


