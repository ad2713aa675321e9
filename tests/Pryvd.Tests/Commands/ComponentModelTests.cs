using FsCheck;
using FsCheck.Fluent;
using Pryv.Internal.V1;
using Pryvd.Model;
using Pryvd.Model.Components;
using Pryvd.Model.Rows;

namespace Pryvd.Tests.Commands;

/// <summary>O4, R3, invariant 4: random sequences of commands on components against a model that a child could check.</summary>
public sealed class ComponentModelTests
{
    private const int Names = 2;
    private const int Ordinals = 3;

    /// <summary>What, which component, which ordinal, which node or number, how stale: small numbers, so that they meet often, and shrink.</summary>
    private static readonly Arbitrary<byte[][]> Steps = Gen.Choose(0, 11).Select(number => (byte)number).ArrayOf(5).ArrayOf().ToArbitrary();

    [Fact]
    public void Components_assignments_and_statuses_are_as_in_the_model() =>
        Prop.ForAll(Steps, Follow).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(80));

    private static void Follow(byte[][] steps)
    {
        var records = MakeRunning.Cluster();
        var model = new Dictionary<string, Item>();
        foreach (var step in steps)
        {
            var name = "c" + (step[1] % Names);
            var stale = step[4] == 0;
            switch (step[0])
            {
                case < 2: Put(records, model, name, step); break;
                case 2: Stop(records, model, name, step[3] % 2 == 0); break;
                case 3: Delete(records, model, name); break;
                case 4: Restart(records, model, name); break;
                case < 7: Say(records, model, name, step); break;
                default: Decide(records, model, name, step, stale); break;
            }

            Compare(records, model);
        }
    }

    private static void Put(MemoryRecords records, Dictionary<string, Item> model, string name, byte[] step)
    {
        var (count, priority) = (step[2] % (Ordinals + 1), step[3] % 3);
        var reply = records.Apply(MakeRunning.Put(MakeRunning.Spec(name, count) with { Priority = priority }));
        var item = model.GetValueOrDefault(name);
        if (item is { Deleting: true })
        {
            Assert.Equal("conflict", reply.Code);
            return;
        }

        item ??= model[name] = new Item { Spec = (-1, -1) };
        if (item.IsGone || item.Spec != (count, priority))
        {
            model[name] = item = item with { Spec = (count, priority), Version = item.Version + 1, IsGone = false };
        }

        Assert.Equal(("ok", item.Version), (reply.Code, reply.Versions.Single()));
    }

    private static void Stop(MemoryRecords records, Dictionary<string, Item> model, string name, bool stopped)
    {
        var reply = records.Apply(MakeRunning.Change(name, stopped));
        var item = Found(model, name);
        Assert.Equal(item is null ? "not_found" : item.Deleting ? "conflict" : "ok", reply.Code);
        if (reply.Code == "ok")
        {
            model[name] = item! with { Stopped = stopped };
        }
    }

    private static void Delete(MemoryRecords records, Dictionary<string, Item> model, string name)
    {
        var reply = records.Apply(MakeRunning.Delete(name));
        var item = Found(model, name);
        Assert.Equal(item is null ? "not_found" : "ok", reply.Code);
        if (item is not null)
        {
            model[name] = item.Instances.Count == 0 ? item.Gone() : item with { Deleting = true };
        }
    }

    private static void Restart(MemoryRecords records, Dictionary<string, Item> model, string name)
    {
        var reply = records.Apply(MakeRunning.Change(name, restartAll: true));
        if (reply.Code == "ok")
        {
            foreach (var instance in model[name].Instances.Values.Where(instance => instance.Wanted))
            {
                instance.Restart = reply.Index;
            }
        }
    }

    private static void Say(MemoryRecords records, Dictionary<string, Item> model, string name, byte[] step)
    {
        var ordinal = step[2] % Ordinals;
        var node = "id" + (1 + (step[3] % 3));
        var held = Found(model, name)?.Instances.GetValueOrDefault(ordinal);
        var generation = step[4] < 8 && held is not null ? held.Generation : 3;
        var state = step[3] % 2 == 0 ? "healthy" : "starting";
        var record = new StatusRecord { Component = name, Ordinal = ordinal, Generation = generation, State = state, HomeMade = step[4] == 5 };
        var before = records.EventCount;
        var reply = records.Apply(MakeRunning.Status(node, record));
        var isValid = held is not null && held.Node == node && held.Generation == generation;
        Assert.Equal(isValid ? 0 : 1, reply.Refused.Count);
        if (isValid)
        {
            var told = (held!.State != state ? 1 : 0) + (record.HomeMade && !held.HomeMade ? 1 : 0);
            Assert.Equal(before + told, records.EventCount);
            (held.State, held.HomeMade) = (state, held.HomeMade || record.HomeMade);
        }
    }

    private static void Decide(MemoryRecords records, Dictionary<string, Item> model, string name, byte[] step, bool stale)
    {
        var ordinal = step[2] % Ordinals;
        var node = 1 + (step[3] % 3);
        var action = step[0] switch { 7 or 8 => "place", 9 => "update", 10 => step[3] % 2 == 0 ? "stop" : "start", _ => "remove" };
        var decision = MakeRunning.Decision(records, action, name, ordinal, action == "place" ? "n" + node : "");
        decision.AssignmentChanged += stale ? 1 : 0;
        var reply = records.Apply(MakeRunning.Decide(decision));
        var item = Found(model, name);
        var held = item?.Instances.GetValueOrDefault(ordinal);
        var holds = !stale && item is not null && action switch
        {
            "place" => item is { Stopped: false, Deleting: false } && ordinal < item.Spec.Count,
            "update" => held is not null && !item.Deleting && ordinal < item.Spec.Count && held.Version < item.Version,
            "start" => held is { Wanted: false } && item is { Stopped: false, Deleting: false } && ordinal < item.Spec.Count,
            "stop" => held is { Wanted: true },
            _ => held is not null,
        };
        Assert.True(reply.Refused.Count == (holds ? 0 : 1), $"{action} {name}/{ordinal}: {reply}");
        if (holds)
        {
            Carry(model, name, ordinal, action, "id" + node, reply.Index);
        }
    }

    private static void Carry(Dictionary<string, Item> model, string name, int ordinal, string action, string node, long index)
    {
        var item = model[name];
        var held = item.Instances.GetValueOrDefault(ordinal);
        switch (action)
        {
            case "place":
                var keepsHome = held is { HomeMade: true } && held.Node == node;
                item.Instances[ordinal] = new Held { Node = node, Generation = index, Version = item.Version, Wanted = true, HomeMade = keepsHome };
                break;
            case "update":
                held!.Version = item.Version;
                break;
            case "stop" or "start":
                held!.Wanted = action == "start";
                break;
            default:
                item.Instances.Remove(ordinal);
                model[name] = item is { Deleting: true, Instances.Count: 0 } ? item.Gone() : item;
                break;
        }
    }

    private static Item? Found(Dictionary<string, Item> model, string name) => model.GetValueOrDefault(name) is { IsGone: false } item ? item : null;

    private static void Compare(MemoryRecords records, Dictionary<string, Item> model)
    {
        var running = records.State.Running;
        var living = model.Where(item => !item.Value.IsGone).OrderBy(item => item.Key, StringComparer.Ordinal).ToList();
        Assert.Equal(
            living.Select(item => (item.Key, item.Value.Version, item.Value.Spec.Count, item.Value.Stopped, item.Value.Deleting)),
            running.Components.Values.Select(item => (item.Name, item.Version, item.Spec.Count, item.Stopped, item.Deleting)));
        Assert.Equal(
            living.SelectMany(item => item.Value.Instances.OrderBy(held => held.Key).Select(held => Text(item.Key, held.Key, held.Value))),
            running.Assignments.All.Select(item => Text(item, running)));
        Assert.Equal(running.Assignments.Count, running.Assignments.All.Count());
        Assert.Equal(running.Assignments.Count, records.State.Nodes.Living.Sum(node => running.Assignments.On(node.Id).Count()));

        // An older spec is kept exactly as long as somebody has it.
        var older = running.Assignments.All.Where(item => item.SpecVersion != running.Components[item.Instance.Component].Version)
            .Select(item => SpecRow.Key(item.Instance.Component, item.SpecVersion)).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(older, records.Rows[Table.Specs].Keys);
        Assert.Equal(model.Where(item => item.Value.IsGone).Select(item => item.Key).Order(StringComparer.Ordinal), running.Deleted.Keys);
    }

    private static string Text(string name, int ordinal, Held held) =>
        $"{name}/{ordinal} {held.Node} {held.Generation} v{held.Version} {held.Wanted} {held.HomeMade} {held.Restart} {held.State}";

    private static string Text(Assignment item, ComponentTables running) =>
        $"{item.Instance} {item.Node} {item.Generation} v{item.SpecVersion} {item.Wanted} {item.HomeMade} {item.Restart} {running.StatusOf(item)?.State.Word() ?? ""}";

    private sealed record Item
    {
        public (int Count, int Priority) Spec { get; init; }

        public long Version { get; init; }

        public bool Stopped { get; init; }

        public bool Deleting { get; init; }

        public bool IsGone { get; init; }

        public Dictionary<int, Held> Instances { get; init; } = [];

        public Item Gone() => new() { Version = Version, IsGone = true, Spec = Spec };
    }

    private sealed class Held
    {
        public required string Node { get; init; }

        public required long Generation { get; init; }

        public required long Version { get; set; }

        public required bool Wanted { get; set; }

        public required bool HomeMade { get; set; }

        public long Restart { get; set; }

        public string State { get; set; } = "";
    }
}
