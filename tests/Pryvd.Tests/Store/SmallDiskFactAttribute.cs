namespace Pryvd.Tests.Store;

/// <summary>A test that mounts a small disk, which takes root on Linux; with PRYVD_REQUIRE_ALL=1 it is never skipped.</summary>
internal sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute()
    {
        var canMount = OperatingSystem.IsLinux() && Environment.UserName == "root";
        if (!canMount && Environment.GetEnvironmentVariable("PRYVD_REQUIRE_ALL") != "1")
        {
            Skip = "mounting a small tmpfs takes root on Linux";
        }
    }
}
