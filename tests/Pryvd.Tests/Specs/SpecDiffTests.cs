using Pryv.Consensus;
using Pryvd.Model.Components;
using Pryvd.Specs;

namespace Pryvd.Tests.Specs;

/// <summary>R5: what an apply would change is shown field by field.</summary>
public sealed class SpecDiffTests
{
    private static readonly ComponentSpec Spec = Files.One(Files.Full);

    [Fact]
    public void A_new_component_shows_what_is_not_the_default()
    {
        var diff = SpecDiff.Of(null, Files.One("component: a\ncommand: [x]\ncount: 3\nports: { http: auto }"));
        Assert.Equal((SpecDiff.New, "command=[\"x\"] count=3 ports.http.fixed=null ports.http.name=\"http\""), (diff.Change, Fields(diff)));
    }

    [Fact]
    public void An_equal_one_shows_nothing() => Assert.Equal(new { Change = SpecDiff.Unchanged, Fields = "" }, Shown(Spec));

    [Fact]
    public void A_changed_one_shows_old_and_new_of_each_field()
    {
        var diff = SpecDiff.Of(Component(Spec), Spec with { Count = 5, Ports = [new PortSpec("http", 80), Spec.Ports[1]], Spread = [] });
        Assert.Equal(SpecDiff.Changed, diff.Change);
        Assert.Equal(
            [new FieldChange("count", "2", "5"), new FieldChange("ports.http.fixed", "null", "80"), new FieldChange("spread", "[\"datacenter\",\"rack\"]", "[]")],
            diff.Fields);
    }

    [Fact]
    public void Entries_of_one_name_are_told_apart()
    {
        TagConstraint[] both = [new("zone", ["a"], true), new("zone", ["b"], true)];
        var before = Spec with { Constraints = both };
        var diff = SpecDiff.Of(Component(before), before with { Constraints = [both[0] with { Values = ["c"] }, both[1]] });
        Assert.Equal([new FieldChange("constraints[0].values", "[\"a\"]", "[\"c\"]")], diff.Fields);
    }

    private static object Shown(ComponentSpec spec)
    {
        var diff = SpecDiff.Of(Component(Spec), spec);
        return new { diff.Change, Fields = Fields(diff) };
    }

    private static string Fields(SpecDiff diff) => string.Join(' ', diff.Fields.Select(field => $"{field.Path}={field.New}"));

    private static Component Component(ComponentSpec spec) => new()
    {
        Spec = spec,
        SpecJson = SpecJson.Write(spec),
        Version = 1,
        RunVersion = 1,
        Stopped = false,
        Deleting = false,
        Changed = new LogIndex(1),
    };
}
