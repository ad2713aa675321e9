namespace Pryvd.Tests.Agent.Drivers;

/// <summary>A test that takes another user, which only root can.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute()
    {
        if (Environment.UserName != "root")
        {
            Skip = "only root can take another user";
        }
    }
}
