namespace Pryvd.Model.Components;

/// <summary>
/// What of a spec a run is started with. Only a change of that needs another run: how many there are, where, with which checks, routes and
/// pauses is changed around what runs. What a spec will have one day belongs to it unless it is taken out here.
/// </summary>
public static class RunPart
{
    /// <summary>Equal texts run the same.</summary>
    public static string Of(ComponentSpec spec) => SpecJson.Write(spec with
    {
        Count = 1,
        Checks = [],
        Constraints = [],
        Spread = [],
        Restart = RestartPolicy.Default,
        Stop = StopPolicy.Default,
        Priority = 0,
        Routes = [],
    });

    /// <summary>The version since which a component, and what is left of its older specs, runs what the spec says.</summary>
    /// <param name="before">The component as it is, if it is there.</param>
    /// <param name="version">That the spec is about to get: nothing runs it yet, unless found here.</param>
    public static long VersionOf(ComponentSpec spec, long version, Component? before, AssignmentTable assignments)
    {
        var part = Of(spec);
        if (before is not null && Of(before.Spec) == part)
        {
            return before.RunVersion;
        }

        var held = assignments.Of(spec.Name).DistinctBy(item => item.RunVersion).FirstOrDefault(item => Of(item.Spec) == part);
        return held?.RunVersion ?? version;
    }
}
