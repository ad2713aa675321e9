namespace EndToEnd.Faults.Lab;

/// <summary>What of the lab this machine can run.</summary>
internal static class LabNeeds
{
    private static readonly string[] Folders = ["/usr/sbin", "/usr/bin", "/sbin", "/bin", .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')];

    /// <summary>Why a test with these needs is skipped; null when it runs.</summary>
    /// <param name="tools">Programs, or paths of files and devices.</param>
    public static string? WhyNot(IEnumerable<string> tools)
    {
        if (Environment.GetEnvironmentVariable("PRYVD_REQUIRE_ALL") == "1")
        {
            return null;
        }

        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            return "faults of network, disk and clock take root on Linux";
        }

        var missing = tools.Where(tool => !IsThere(tool)).ToList();
        return missing.Count == 0 ? null : $"{string.Join(", ", missing)} not found: tests/install-lab.sh installs what the lab takes";
    }

    private static bool IsThere(string tool) =>
        tool.StartsWith('/') ? Path.Exists(tool) : Folders.Any(folder => File.Exists(Path.Combine(folder, tool)));
}
