namespace EndToEnd.Faults.Lab;

/// <summary>As <see cref="LabFactAttribute"/>, with several cases.</summary>
public sealed class LabTheoryAttribute : TheoryAttribute
{
    public LabTheoryAttribute(params string[] tools) => Skip = LabNeeds.WhyNot(tools);
}
