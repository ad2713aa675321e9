namespace Pryvd.Tests.Agent.Drivers;

/// <summary>The contract, held by the guard's own children.</summary>
public sealed class ProcessDriverTests : DriverContract
{
    protected override DriverLab NewLab() => new GuardLab();

    [RootFact]
    public async Task Another_user_may_open_its_output_once_more()
    {
        var order = Lab.Shell("echo again > /dev/stdout");
        await Lab.StartAsync(order with { User = "nobody", WorkingDirectory = "/" });
        Assert.Equal(0, (await Lab.EndOf(order)).ExitCode);

        await DriverLab.Until("the output is there", () => Lab.Output(order).Length == 1);
        Assert.Equal(["again"], Lab.Output(order));
    }
}
