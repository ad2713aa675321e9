using Pryvd.Model.Components;

namespace Pryvd.Tests.Planning;

/// <summary>Specs with what a planner looks at.</summary>
internal static class TestSpec
{
    public static ComponentSpec Of(string name, int count, HomePolicy home = HomePolicy.Anywhere, bool exclusive = true, Resources? resources = null) => new()
    {
        Name = name,
        Count = count,
        Command = ["run"],
        Home = home,
        Exclusive = exclusive,
        Resources = resources ?? Resources.None,
    };
}
