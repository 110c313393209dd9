"""Where a secret is in plain sight in CloudFormation's resources and outputs, and where it is kept: two tables.

A place that is in neither table is not reported: nothing is known of it. Each row links to the page that says so.
Arguments are properties; `Metadata` is the attribute of that name. Outputs have the type `Outputs`, and functions of
the Serverless Framework the type `functions`.
"""

from __future__ import annotations

from checkov_keys.iac.common.places import Place, PlaceTable

OUTPUTS = "Outputs"
FUNCTIONS = "functions"
METADATA = "Metadata"

_GUIDE = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide"
_RESOURCE = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource"
_PROPERTY = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties"
_SAM = "https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource"

# CloudFormation makes no parameter of type SecureString, so its own store is Secrets Manager.
_STORE = "Keep it in an AWS::SecretsManager::Secret"
_ROLE = f"{_STORE} and read it when the program starts, or give the program a role, which needs no key."
_TASK = f"{_STORE} and name that in `Secrets`, or give the task a role, which needs no key."
_MACHINE = "Give the machine an instance profile, which needs no key."
_OUT = f"{_STORE} in the same template, and leave it out here."

SINKS = PlaceTable(
    # What everybody sees who may look at the stack.
    Place(
        OUTPUTS,
        "Value Description Export",
        "Whoever may call cloudformation:DescribeStacks sees it, and the console shows it.",
        f"{_GUIDE}/outputs-section-structure.html",
        _OUT,
    ),
    Place(
        "*",
        METADATA,
        "Whoever may call cloudformation:DescribeStackResource sees it, and so does every machine that runs cfn-init.",
        f"{_GUIDE}/metadata-section-structure.html",
        _MACHINE,
    ),
    Place(
        "AWS::CloudFormation::Stack AWS::CloudFormation::StackSet AWS::Serverless::Application",
        "Parameters TemplateBody StackInstancesGroup",
        "Whoever may call cloudformation:DescribeStacks sees it, unless the parameter is NoEcho.",
        f"{_RESOURCE}-cloudformation-stack.html",
        "Make the key in the nested stack, next to the AWS::SecretsManager::Secret that keeps it, or set NoEcho.",
    ),
    Place(
        "AWS::ServiceCatalog::CloudFormationProvisionedProduct",
        "ProvisioningParameters",
        "Whoever may describe the product or its stack sees it, unless the parameter is NoEcho.",
        f"{_RESOURCE}-servicecatalog-cloudformationprovisionedproduct.html",
        _OUT,
    ),
    # Parameters, files, configurations.
    Place(
        "AWS::SSM::Parameter",
        "Value",
        "Whoever may call ssm:GetParameter sees it: CloudFormation does not make a SecureString.",
        f"{_RESOURCE}-ssm-parameter.html",
        f"{_STORE}.",
        when="Type=String StringList",
    ),
    Place(
        "AWS::SSM::Parameter AWS::SecretsManager::Secret",
        "Description Name AllowedPattern",
        "Whoever may list parameters or secrets sees it.",
        f"{_RESOURCE}-secretsmanager-secret.html",
        _OUT,
    ),
    Place(
        "AWS::AppConfig::HostedConfigurationVersion",
        "Content Description",
        "Whoever may call appconfig:GetHostedConfigurationVersion sees it.",
        f"{_RESOURCE}-appconfig-hostedconfigurationversion.html",
        _ROLE,
    ),
    Place(
        "Custom::CDKBucketDeployment",
        "SourceMarkers",
        "Whoever may read the objects of the bucket sees it.",
        "https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_s3_deployment-readme.html",
        _ROLE,
    ),
    Place(
        "AWS::Route53::RecordSet AWS::Route53::RecordSetGroup",
        "ResourceRecords RecordSets Comment",
        "Everybody may ask for a record.",
        f"{_RESOURCE}-route53-recordset.html",
        _OUT,
    ),
    # Environments of programs.
    Place(
        "AWS::Lambda::Function",
        "Environment Code Description",
        "Whoever may call lambda:GetFunction sees it.",
        f"{_RESOURCE}-lambda-function.html",
        _ROLE,
    ),
    Place(
        "AWS::Serverless::Function",
        "Environment InlineCode Description Events",
        "Whoever may call lambda:GetFunction sees it.",
        f"{_SAM}-function.html",
        _ROLE,
    ),
    Place(
        FUNCTIONS,
        "environment",
        "Whoever may call lambda:GetFunction sees it.",
        "https://www.serverless.com/framework/docs/providers/aws/guide/functions#environment-variables",
        _ROLE,
    ),
    Place(
        "AWS::ECS::TaskDefinition",
        "ContainerDefinitions",
        "Whoever may call ecs:DescribeTaskDefinition sees it, in every revision.",
        f"{_PROPERTY}-ecs-taskdefinition-containerdefinition.html",
        _TASK,
    ),
    Place(
        "AWS::Batch::JobDefinition",
        "ContainerProperties EcsProperties EksProperties NodeProperties Parameters",
        "Whoever may call batch:DescribeJobDefinitions sees it, in every revision.",
        f"{_RESOURCE}-batch-jobdefinition.html",
        _TASK,
    ),
    Place(
        "AWS::CodeBuild::Project",
        "Environment Source SecondarySources Description",
        "Whoever may call codebuild:BatchGetProjects sees it.",
        f"{_RESOURCE}-codebuild-project.html",
        "Set `Type` of the variable to `SECRETS_MANAGER`, or use the service role of the project.",
    ),
    Place(
        "AWS::CodePipeline::Pipeline",
        "Stages Variables",
        "Whoever may call codepipeline:GetPipeline sees it.",
        f"{_RESOURCE}-codepipeline-pipeline.html",
        _ROLE,
    ),
    Place(
        "AWS::AppRunner::Service",
        "SourceConfiguration",
        "Whoever may call apprunner:DescribeService sees it.",
        f"{_RESOURCE}-apprunner-service.html",
        f"{_STORE} and name that in `RuntimeEnvironmentSecrets`, or use the instance role.",
    ),
    Place(
        "AWS::Amplify::App AWS::Amplify::Branch",
        "EnvironmentVariables BuildSpec CustomHeaders AutoBranchCreationConfig Description",
        "Whoever may call amplify:GetApp sees it, and it may end up in the web page.",
        f"{_RESOURCE}-amplify-app.html",
        _ROLE,
    ),
    Place(
        "AWS::ElasticBeanstalk::Environment AWS::ElasticBeanstalk::ConfigurationTemplate",
        "OptionSettings",
        "Whoever may call elasticbeanstalk:DescribeConfigurationSettings sees it.",
        f"{_RESOURCE}-elasticbeanstalk-environment.html",
        _ROLE,
    ),
    Place(
        "AWS::Glue::Job AWS::Glue::DevEndpoint AWS::Glue::Trigger",
        "DefaultArguments NonOverridableArguments Arguments Actions",
        "Whoever may call glue:GetJob or glue:GetTrigger sees it.",
        f"{_RESOURCE}-glue-job.html",
        _ROLE,
    ),
    Place(
        "AWS::SageMaker::Model AWS::SageMaker::NotebookInstanceLifecycleConfig",
        "Containers PrimaryContainer OnCreate OnStart",
        "Whoever may describe the model or the configuration sees it.",
        f"{_RESOURCE}-sagemaker-model.html",
        _ROLE,
    ),
    Place(
        "AWS::MWAA::Environment",
        "AirflowConfigurationOptions",
        "Whoever may call airflow:GetEnvironment sees it.",
        f"{_RESOURCE}-mwaa-environment.html",
        _ROLE,
    ),
    Place(
        "AWS::Lightsail::Container",
        "ContainerServiceDeployment",
        "Whoever may call lightsail:GetContainerServiceDeployments sees it.",
        f"{_RESOURCE}-lightsail-container.html",
        _ROLE,
    ),
    Place(
        "AWS::Synthetics::Canary",
        "RunConfig Code",
        "Whoever may read the function of the canary sees it.",
        f"{_RESOURCE}-synthetics-canary.html",
        _ROLE,
    ),
    Place(
        "AWS::KinesisAnalyticsV2::Application",
        "ApplicationConfiguration",
        "Whoever may call kinesisanalytics:DescribeApplication sees it.",
        f"{_RESOURCE}-kinesisanalyticsv2-application.html",
        _ROLE,
    ),
    Place(
        "AWS::EMR::Cluster AWS::EMR::Step",
        "Configurations BootstrapActions Steps HadoopJarStep",
        "Whoever may describe the cluster or its steps sees it.",
        f"{_RESOURCE}-emr-cluster.html",
        _ROLE,
    ),
    Place(
        "AWS::DataPipeline::Pipeline",
        "ParameterValues ParameterObjects PipelineObjects",
        "Whoever may call datapipeline:GetPipelineDefinition sees it.",
        f"{_RESOURCE}-datapipeline-pipeline.html",
        _ROLE,
    ),
    Place(
        "AWS::GreengrassV2::ComponentVersion AWS::GreengrassV2::Deployment",
        "InlineRecipe LambdaFunction Components",
        "Whoever may read the component or its deployment sees it, and it is on every device.",
        f"{_RESOURCE}-greengrassv2-componentversion.html",
        _ROLE,
    ),
    # Start-up scripts of machines.
    Place(
        "AWS::EC2::Instance AWS::AutoScaling::LaunchConfiguration AWS::Lightsail::Instance",
        "UserData",
        "Whoever may describe the instance sees it, and so does every program on the machine.",
        f"{_RESOURCE}-ec2-instance.html",
        _MACHINE,
    ),
    Place(
        "AWS::EC2::LaunchTemplate AWS::EC2::SpotFleet",
        "LaunchTemplateData SpotFleetRequestConfigData",
        "Whoever may call ec2:DescribeLaunchTemplateVersions sees it, and so does every program on the machine.",
        f"{_RESOURCE}-ec2-launchtemplate.html",
        _MACHINE,
    ),
    Place(
        "AWS::ImageBuilder::Component AWS::ImageBuilder::ImageRecipe AWS::ImageBuilder::ContainerRecipe",
        "Data AdditionalInstanceConfiguration DockerfileTemplateData",
        "Whoever may read the component or the recipe sees it, and it may stay in every image.",
        f"{_RESOURCE}-imagebuilder-component.html",
        _MACHINE,
    ),
    Place(
        "AWS::SSM::Document AWS::SSM::Association AWS::SSM::MaintenanceWindowTask",
        "Content Parameters TaskInvocationParameters TaskParameters",
        "Whoever may read the document, the association or the task sees it.",
        f"{_RESOURCE}-ssm-document.html",
        _ROLE,
    ),
    # What other services are told.
    Place(
        "AWS::StepFunctions::StateMachine",
        "DefinitionString DefinitionSubstitutions Definition",
        "Whoever may call states:DescribeStateMachine sees it, and each execution shows it.",
        f"{_RESOURCE}-stepfunctions-statemachine.html",
        _ROLE,
    ),
    Place(
        "AWS::Serverless::StateMachine",
        "Definition DefinitionSubstitutions",
        "Whoever may call states:DescribeStateMachine sees it, and each execution shows it.",
        f"{_SAM}-statemachine.html",
        _ROLE,
    ),
    Place(
        "AWS::Events::Rule AWS::Scheduler::Schedule AWS::Pipes::Pipe",
        "Targets Target TargetParameters EnrichmentParameters",
        "Whoever may list the targets sees it.",
        f"{_RESOURCE}-events-rule.html",
        _ROLE,
    ),
    Place(
        "AWS::CloudFront::Function AWS::AppSync::Resolver AWS::AppSync::FunctionConfiguration",
        "FunctionCode Code RequestMappingTemplate ResponseMappingTemplate",
        "Whoever may read the code sees it.",
        f"{_RESOURCE}-cloudfront-function.html",
        _ROLE,
    ),
    Place(
        "AWS::AppSync::GraphQLApi",
        "EnvironmentVariables",
        "Whoever may call appsync:GetGraphqlApiEnvironmentVariables sees it.",
        f"{_RESOURCE}-appsync-graphqlapi.html",
        _ROLE,
    ),
    Place(
        "AWS::CloudFront::Distribution",
        "DistributionConfig",
        "Whoever may call cloudfront:GetDistribution sees it.",
        f"{_RESOURCE}-cloudfront-distribution.html",
        "Sign requests to the origin with origin access control, which needs no key.",
    ),
    Place(
        "AWS::ApiGateway::Stage AWS::ApiGateway::Method AWS::ApiGateway::RestApi AWS::ApiGateway::Deployment",
        "Variables Integration Body StageDescription Description",
        "Whoever may read the API sees it.",
        f"{_RESOURCE}-apigateway-stage.html",
        _ROLE,
    ),
    Place(
        "AWS::ApiGatewayV2::Stage AWS::ApiGatewayV2::Integration AWS::ApiGatewayV2::Api",
        "StageVariables RequestParameters RequestTemplates Body Description",
        "Whoever may read the API sees it.",
        f"{_RESOURCE}-apigatewayv2-stage.html",
        _ROLE,
    ),
    Place(
        "AWS::Serverless::Api AWS::Serverless::HttpApi",
        "Variables StageVariables DefinitionBody Description",
        "Whoever may read the API sees it.",
        f"{_SAM}-api.html",
        _ROLE,
    ),
    Place(
        "*",
        "Tags TagSpecifications UserPoolTags HostedZoneTags FileSystemTags",
        "Whoever may list resources sees it: tags are for everybody.",
        "https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html",
        "Leave it out of the tags.",
    ),
)

SAFE_PLACES = PlaceTable(
    Place(
        "AWS::SecretsManager::Secret",
        "SecretString GenerateSecretString",
        "Secrets Manager is made for it: it encrypts, and asks each reader for a permission of its own.",
        f"{_RESOURCE}-secretsmanager-secret.html",
    ),
    Place(
        "AWS::Events::Connection",
        "AuthParameters",
        "EventBridge keeps it in a secret of Secrets Manager.",
        f"{_RESOURCE}-events-connection.html",
    ),
    Place(
        "AWS::AppFlow::ConnectorProfile",
        "ConnectorProfileConfig",
        "AppFlow keeps it in a secret of Secrets Manager.",
        f"{_RESOURCE}-appflow-connectorprofile.html",
    ),
    Place(
        "AWS::CodeBuild::SourceCredential",
        "Token",
        "CodeBuild encrypts it, and nobody can read it back.",
        f"{_RESOURCE}-codebuild-sourcecredential.html",
    ),
    Place(
        "AWS::DataSync::LocationObjectStorage",
        "SecretKey",
        "DataSync encrypts it, and nobody can read it back.",
        f"{_RESOURCE}-datasync-locationobjectstorage.html",
    ),
    Place(
        "AWS::DMS::Endpoint",
        "Password",
        "DMS encrypts it, and nobody can read it back.",
        f"{_RESOURCE}-dms-endpoint.html",
    ),
)
