namespace Pryvd.Tests.Agent.Drivers;

/// <summary>The contract, held by the guard.</summary>
public sealed class ProcessDriverTests : DriverContract
{
    protected override DriverLab NewLab() => new GuardLab();
}
