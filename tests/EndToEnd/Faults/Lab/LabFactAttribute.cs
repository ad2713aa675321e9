namespace EndToEnd.Faults.Lab;

/// <summary>A test that breaks networks, disks or clocks for real: it takes root on Linux and tools that tests/install-lab.sh installs. Skipped with the reason where they are not, never with PRYVD_REQUIRE_ALL=1.</summary>
public sealed class LabFactAttribute : FactAttribute
{
    public LabFactAttribute(params string[] tools) => Skip = LabNeeds.WhyNot(tools);
}
