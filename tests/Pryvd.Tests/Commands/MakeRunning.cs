using Pryv.Consensus;
using Pryv.Internal.V1;
using Pryvd.Model.Components;
using Pryvd.Model.Rows;

namespace Pryvd.Tests.Commands;

/// <summary>Specs, decisions and statuses as the API, the leader's plan and the agents would make them.</summary>
internal static class MakeRunning
{
    public static ComponentSpec Spec(string name, int count = 1, params PortSpec[] ports) => new()
    {
        Name = name,
        Count = count,
        Command = ["/bin/sleep", "1000"],
        Ports = ports,
    };

    public static CommandEnvelope Put(ComponentSpec spec, long? ifVersion = null) => Put(spec.Name, SpecJson.Write(spec), ifVersion);

    public static CommandEnvelope Put(string name, string json, long? ifVersion = null) => Make.Envelope(envelope =>
    {
        var write = new ComponentWrite { Name = name, SpecJson = json };
        if (ifVersion is { } version)
        {
            write.IfVersion = version;
        }

        envelope.PutComponent = new PutComponent { Writes = { write } };
    });

    public static CommandEnvelope Change(string name, bool? stopped = null, bool restartAll = false, params int[] restart) => Make.Envelope(envelope =>
    {
        envelope.ChangeComponent = new ChangeComponent { Name = name, RestartAll = restartAll, Restart = { restart } };
        if (stopped is { } value)
        {
            envelope.ChangeComponent.Stopped = value;
        }
    });

    public static CommandEnvelope Delete(string name, long? ifVersion = null) => Make.Envelope(envelope =>
    {
        envelope.DeleteComponent = new DeleteComponent { Name = name };
        if (ifVersion is { } version)
        {
            envelope.DeleteComponent.IfVersion = version;
        }
    });

    public static CommandEnvelope Decide(params Decision[] decisions) =>
        Make.Envelope(envelope => envelope.Decide = new Decide { Decisions = { decisions } });

    /// <summary>A decision made from the records as they are; given ports count up from 20000 on their node.</summary>
    public static Decision Decision(MemoryRecords records, string action, string component, int ordinal, string node = "")
    {
        var running = records.State.Running;
        var old = running.Assignments.Find(new InstanceId(component, ordinal));
        var at = node.Length > 0 ? records.State.Nodes.Find(node) : null;
        var decision = new Decision
        {
            Component = component,
            Ordinal = ordinal,
            Action = action,
            NodeId = at?.Id.Value ?? "",
            Reason = $"{action} for the test",
            ComponentVersion = running.Components.GetValueOrDefault(component)?.Version ?? 0,
            AssignmentChanged = old?.Changed.Value ?? 0,
            NodeChanged = at?.Changed.Value ?? 0,
        };
        var free = 20_000 + running.Assignments.Count * 10;
        foreach (var port in action is "place" or "update" ? running.Components.GetValueOrDefault(component)?.Spec.Ports ?? [] : [])
        {
            decision.Ports[port.Name] = port.Fixed ?? free++;
        }

        return decision;
    }

    public static CommandEnvelope Status(string nodeId, Assignment assignment, string state, string detail = "", bool homeMade = false) =>
        Status(nodeId, new StatusRecord
        {
            Component = assignment.Instance.Component,
            Ordinal = assignment.Instance.Ordinal,
            Generation = assignment.Generation,
            SpecVersion = assignment.RunVersion,
            Restart = assignment.Restart,
            State = state,
            Detail = detail,
            HomeMade = homeMade,
        });

    public static CommandEnvelope Status(string nodeId, params StatusRecord[] statuses) =>
        Make.Envelope(envelope => envelope.RecordStatuses = new RecordStatuses { Nodes = { new NodeStatuses { NodeId = nodeId, Statuses = { statuses } } } });

    public static CommandEnvelope Grace(string nodeId, long graceMs) =>
        Make.Envelope(envelope => envelope.SetGrace = new SetGrace { NodeId = nodeId, GraceMs = graceMs });

    /// <summary>A cluster of ready nodes n1 to nN, with ids id1 to idN.</summary>
    public static MemoryRecords Cluster(int nodes = 3)
    {
        var records = new MemoryRecords();
        Assert.Equal("ok", records.Apply(Make.Bootstrap()).Code);
        for (var number = 2; number <= nodes; number++)
        {
            records.Apply(Make.Token("t" + number));
            Assert.Equal("ok", records.Apply(Make.Admit("t" + number, Make.Node("n" + number, "id" + number, number.ToString("x"), (byte)number))).Code);
            Assert.Equal("ok", records.Apply(Make.State("n" + number, "commissioning", "ready")).Code);
        }

        return records;
    }

    public static Assignment Assigned(this MemoryRecords records, string component, int ordinal) =>
        records.State.Running.Assignments.Find(new InstanceId(component, ordinal)) ?? throw new InvalidOperationException("it has no assignment");
}
