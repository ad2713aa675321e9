namespace Pryv.Consensus.Tests.Log;

/// <summary>A test that mounts a small file system; it needs root on Linux. With PRYVD_REQUIRE_ALL=1 it runs, and fails, where it cannot.</summary>
public sealed class TmpfsFactAttribute : FactAttribute
{
    public TmpfsFactAttribute()
    {
        var required = Environment.GetEnvironmentVariable("PRYVD_REQUIRE_ALL") == "1";
        if (!required && !(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess))
        {
            Skip = "mounting a small tmpfs needs root on Linux";
        }
    }
}
