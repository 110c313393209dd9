"""Where a secret is in plain sight in Terraform's resources, and where it is kept: two tables, written out.

A place that is in neither table is not reported: nothing is known of it. Each row links to the page that says so. Data
sources are written with `data.` before their type.
"""

from __future__ import annotations

from checkov_keys.iac.common.places import Place, PlaceTable

_REGISTRY = "https://registry.terraform.io/providers"
_AWS = f"{_REGISTRY}/hashicorp/aws/latest/docs/resources"
_AZURE = f"{_REGISTRY}/hashicorp/azurerm/latest/docs/resources"
_GOOGLE = f"{_REGISTRY}/hashicorp/google/latest/docs/resources"
_KUBERNETES = f"{_REGISTRY}/hashicorp/kubernetes/latest/docs/resources"
_LANGUAGE = "https://developer.hashicorp.com/terraform/language"

_STORE = "Keep it in Secrets Manager or in an SSM parameter of type SecureString"
_ROLE = f"{_STORE} and read it when the program starts, or give the program a role, which needs no key."
_TASK = f"{_STORE} and name that in `secrets`, or give the task a role, which needs no key."
_POD = "Keep it in a Kubernetes Secret and refer to that, or give the pod a role (IRSA, EKS Pod Identity)."
_FILE = "Write it with `local_sensitive_file`, or not at all: a role needs no key."

OUTPUT = Place(
    "output",
    "value",
    "Whoever may read the state or the remote state sees it, even if it is `sensitive`.",
    f"{_LANGUAGE}/values/outputs#sensitive-suppressing-values-in-cli-output",
    "Leave the output out: hand the secret to Secrets Manager in the same configuration, or encrypt it by `pgp_key`.",
)

SINKS = PlaceTable(
    # Parameters, files, objects.
    Place(
        "aws_ssm_parameter",
        "value",
        "Whoever may call ssm:GetParameter sees it: only a SecureString is encrypted.",
        f"{_AWS}/ssm_parameter",
        'Set `type = "SecureString"`, and hand it over as `value_wo`, which no state keeps.',
        when="type=String StringList",
    ),
    Place(
        "aws_ssm_parameter",
        "insecure_value",
        "Whoever may call ssm:GetParameter sees it: it is not encrypted.",
        f"{_AWS}/ssm_parameter",
        'Set `type = "SecureString"`, and hand it over as `value_wo`, which no state keeps.',
    ),
    Place(
        "aws_s3_object aws_s3_bucket_object",
        "content content_base64 metadata",
        "Whoever may read the object sees it.",
        f"{_AWS}/s3_object",
        _ROLE,
    ),
    Place(
        "local_file",
        "content content_base64",
        "It is in a file that others may read.",
        f"{_REGISTRY}/hashicorp/local/latest/docs/resources/file",
        _FILE,
    ),
    Place(
        "data.archive_file",
        "source source_content",
        "It is in an archive, which goes wherever the program goes.",
        f"{_REGISTRY}/hashicorp/archive/latest/docs/data-sources/file",
        _ROLE,
    ),
    Place(
        "aws_dynamodb_table_item", "item", "Whoever may read the table sees it.", f"{_AWS}/dynamodb_table_item", _ROLE
    ),
    # Environments of programs.
    Place(
        "aws_lambda_function",
        "environment",
        "Whoever may call lambda:GetFunctionConfiguration sees it.",
        f"{_AWS}/lambda_function",
        _ROLE,
    ),
    Place(
        "aws_lambda_invocation",
        "input",
        "It is in the state, and in every log that shows the input.",
        f"{_AWS}/lambda_invocation",
        _ROLE,
    ),
    Place(
        "aws_ecs_task_definition",
        "container_definitions",
        "Whoever may call ecs:DescribeTaskDefinition sees it, in every revision.",
        f"{_AWS}/ecs_task_definition",
        _TASK,
    ),
    Place(
        "aws_batch_job_definition",
        "container_properties ecs_properties eks_properties node_properties parameters",
        "Whoever may call batch:DescribeJobDefinitions sees it, in every revision.",
        f"{_AWS}/batch_job_definition",
        _TASK,
    ),
    Place(
        "aws_codebuild_project",
        "environment source secondary_sources",
        "Whoever may call codebuild:BatchGetProjects sees it.",
        f"{_AWS}/codebuild_project",
        "Set `type` of the variable to `SECRETS_MANAGER` or `PARAMETER_STORE`, or use the service role of the project.",
    ),
    Place(
        "aws_codepipeline",
        "stage",
        "Whoever may call codepipeline:GetPipeline sees it.",
        f"{_AWS}/codepipeline",
        _ROLE,
    ),
    Place(
        "aws_apprunner_service",
        "source_configuration",
        "Whoever may call apprunner:DescribeService sees it.",
        f"{_AWS}/apprunner_service",
        f"{_STORE} and name that in `runtime_environment_secrets`, or use the instance role.",
    ),
    Place(
        "aws_amplify_app aws_amplify_branch",
        "environment_variables build_spec custom_headers",
        "Whoever may call amplify:GetApp sees it, and it may end up in the web page.",
        f"{_AWS}/amplify_app",
        _ROLE,
    ),
    Place(
        "aws_elastic_beanstalk_environment aws_elastic_beanstalk_configuration_template",
        "setting",
        "Whoever may call elasticbeanstalk:DescribeConfigurationSettings sees it.",
        f"{_AWS}/elastic_beanstalk_environment",
        _ROLE,
    ),
    Place(
        "aws_glue_job aws_glue_dev_endpoint",
        "default_arguments non_overridable_arguments arguments",
        "Whoever may call glue:GetJob sees it.",
        f"{_AWS}/glue_job",
        _ROLE,
    ),
    Place(
        "aws_sagemaker_model aws_sagemaker_notebook_instance_lifecycle_configuration",
        "container primary_container on_create on_start",
        "Whoever may describe the model or the configuration sees it.",
        f"{_AWS}/sagemaker_model",
        _ROLE,
    ),
    Place(
        "aws_synthetics_canary",
        "run_config",
        "Whoever may read the function of the canary sees it.",
        f"{_AWS}/synthetics_canary",
        _ROLE,
    ),
    Place(
        "aws_kinesisanalyticsv2_application aws_mskconnect_connector",
        "application_configuration connector_configuration",
        "Whoever may describe the application or the connector sees it.",
        f"{_AWS}/mskconnect_connector",
        _ROLE,
    ),
    Place(
        "aws_emr_cluster",
        "configurations configurations_json bootstrap_action step",
        "Whoever may describe the cluster or its steps sees it.",
        f"{_AWS}/emr_cluster",
        _ROLE,
    ),
    Place(
        "aws_datapipeline_pipeline_definition",
        "pipeline_object parameter_object parameter_value",
        "Whoever may call datapipeline:GetPipelineDefinition sees it.",
        f"{_AWS}/datapipeline_pipeline_definition",
        _ROLE,
    ),
    Place(
        "aws_eks_addon",
        "configuration_values",
        "Whoever may call eks:DescribeAddon sees it.",
        f"{_AWS}/eks_addon",
        _POD,
    ),
    Place(
        "aws_mwaa_environment",
        "airflow_configuration_options",
        "Whoever may call airflow:GetEnvironment sees it.",
        f"{_AWS}/mwaa_environment",
        _ROLE,
    ),
    Place(
        "aws_lightsail_container_service_deployment_version",
        "container",
        "Whoever may call lightsail:GetContainerServiceDeployments sees it.",
        f"{_AWS}/lightsail_container_service_deployment_version",
        _ROLE,
    ),
    # Start-up scripts of machines.
    Place(
        "aws_instance aws_spot_instance_request aws_spot_fleet_request aws_launch_template aws_launch_configuration "
        "aws_lightsail_instance",
        "user_data user_data_base64 *.user_data",
        "Whoever may describe the instance or the template sees it, and so does every program on the machine.",
        f"{_AWS}/launch_template",
        "Give the machine an instance profile, which needs no key.",
    ),
    Place(
        "aws_imagebuilder_component aws_imagebuilder_image_recipe aws_imagebuilder_container_recipe",
        "data user_data_base64 dockerfile_template_data",
        "Whoever may read the component or the recipe sees it, and it may stay in every image.",
        f"{_AWS}/imagebuilder_component",
        "Give the machine an instance profile, which needs no key.",
    ),
    Place(
        "aws_ssm_document aws_ssm_association aws_ssm_maintenance_window_task",
        "content parameters task_invocation_parameters",
        "Whoever may read the document, the association or the task sees it.",
        f"{_AWS}/ssm_document",
        _ROLE,
    ),
    # What other services are told.
    Place(
        "aws_cloudformation_stack aws_cloudformation_stack_set aws_cloudformation_stack_set_instance "
        "aws_servicecatalog_provisioned_product",
        "parameters template_body parameter_overrides provisioning_parameters",
        "Whoever may describe the stack sees it, unless the parameter is NoEcho.",
        f"{_AWS}/cloudformation_stack",
        _ROLE,
    ),
    Place(
        "aws_sfn_state_machine",
        "definition",
        "Whoever may call states:DescribeStateMachine sees it, and each execution shows it.",
        f"{_AWS}/sfn_state_machine",
        _ROLE,
    ),
    Place(
        "aws_cloudwatch_event_target aws_scheduler_schedule aws_pipes_pipe",
        "input input_transformer target target_parameters",
        "Whoever may list the targets sees it.",
        f"{_AWS}/cloudwatch_event_target",
        _ROLE,
    ),
    Place(
        "aws_cloudfront_function aws_appsync_resolver aws_appsync_function",
        "code request_template response_template",
        "Whoever may read the code sees it.",
        f"{_AWS}/cloudfront_function",
        _ROLE,
    ),
    Place(
        "aws_cloudfront_distribution",
        "origin.custom_header",
        "Whoever may call cloudfront:GetDistribution sees it.",
        f"{_AWS}/cloudfront_distribution",
        _ROLE,
    ),
    Place(
        "aws_api_gateway_* aws_apigatewayv2_*",
        "variables stage_variables stage_description request_parameters request_templates body",
        "Whoever may read the API sees it.",
        f"{_AWS}/api_gateway_stage",
        _ROLE,
    ),
    Place(
        "aws_appconfig_hosted_configuration_version",
        "content",
        "Whoever may call appconfig:GetHostedConfigurationVersion sees it.",
        f"{_AWS}/appconfig_hosted_configuration_version",
        _ROLE,
    ),
    Place("aws_route53_record", "records", "Everybody may ask for a record.", f"{_AWS}/route53_record", _ROLE),
    # Kubernetes.
    Place(
        "kubernetes_config_map kubernetes_config_map_v1 kubernetes_config_map_v1_data",
        "data binary_data",
        "Whoever may read config maps of the namespace sees it.",
        f"{_KUBERNETES}/config_map_v1",
        _POD,
    ),
    Place(
        "kubernetes_pod* kubernetes_deployment* kubernetes_daemon* kubernetes_stateful_set* kubernetes_replication_* "
        "kubernetes_job* kubernetes_cron_job*",
        "*.env *.args *.command",
        "Whoever may read the workload sees it.",
        f"{_KUBERNETES}/deployment_v1",
        _POD,
    ),
    Place(
        "kubernetes_env",
        "env",
        "Whoever may read the workload sees it.",
        f"{_KUBERNETES}/env",
        _POD,
    ),
    Place(
        "helm_release",
        "set set_list values",
        "Whoever may read the release sees it, and so does whoever reads the objects that the chart makes of it.",
        f"{_REGISTRY}/hashicorp/helm/latest/docs/resources/release",
        "Keep it in a Kubernetes Secret and give the chart its name, or give the pod a role (IRSA, EKS Pod Identity).",
    ),
    Place(
        "kubernetes_*",
        "annotations labels template_annotations metadata.annotations metadata.labels",
        "Whoever may read the object sees it.",
        f"{_KUBERNETES}/annotations",
        _POD,
    ),
    # Other clouds and services.
    Place(
        "azurerm_*function_app* azurerm_*web_app* azurerm_app_service* azurerm_logic_app_standard",
        "app_settings",
        "Whoever may read the configuration of the app sees it.",
        f"{_AZURE}/linux_web_app",
        "Keep it in Key Vault and refer to that in the setting.",
    ),
    Place(
        "azurerm_container_group azurerm_container_app*",
        "*.environment_variables *.env *.args *.command *.commands",
        "Whoever may read the container sees it.",
        f"{_AZURE}/container_group",
        "Keep it in Key Vault, or use `secure_environment_variables`.",
    ),
    Place(
        "azurerm_app_configuration_key azurerm_storage_blob azurerm_automation_variable_string",
        "value source_content",
        "Whoever may read the entry sees it.",
        f"{_AZURE}/app_configuration_key",
        "Keep it in Key Vault.",
    ),
    Place(
        "azurerm_*virtual_machine*",
        "custom_data user_data",
        "Whoever may read the machine sees it, and so does every program on it.",
        f"{_AZURE}/linux_virtual_machine",
        "Keep it in Key Vault and read it there with the identity of the machine.",
    ),
    Place(
        "google_cloudfunctions_function google_cloudfunctions2_function google_cloud_run_*",
        "environment_variables build_environment_variables service_config template",
        "Whoever may read the service sees it.",
        f"{_GOOGLE}/cloud_run_v2_service",
        "Keep it in Secret Manager and refer to that in the environment.",
    ),
    Place(
        "google_compute_instance* google_compute_project_metadata*",
        "metadata metadata_startup_script value",
        "Whoever may read the machine sees it, and so does every program on it.",
        f"{_GOOGLE}/compute_instance",
        "Keep it in Secret Manager and read it there with the service account of the machine.",
    ),
    Place(
        "google_storage_bucket_object",
        "content metadata",
        "Whoever may read the object sees it.",
        f"{_GOOGLE}/storage_bucket_object",
        "Keep it in Secret Manager.",
    ),
    Place(
        "github_actions_*variable github_repository_file gitlab_repository_file",
        "value content",
        "Whoever may read the repository sees it.",
        f"{_REGISTRY}/integrations/github/latest/docs/resources/actions_variable",
        "Use `github_actions_secret` or a masked variable of GitLab; better, let the pipeline take a role by OIDC.",
    ),
    Place(
        "tfe_variable",
        "value",
        "Whoever may read the workspace sees it.",
        f"{_REGISTRY}/hashicorp/tfe/latest/docs/resources/variable",
        "Set `sensitive = true`; better, let the workspace take a role by OIDC.",
        when="sensitive= false",
    ),
    Place(
        "bitbucket_*variable",
        "value",
        "Whoever may read the settings of the repository sees it.",
        f"{_REGISTRY}/DrFaust92/bitbucket/latest/docs/resources/repository_variable",
        "Set `secured = true`; better, let the pipeline take a role by OIDC.",
        when="secured= false",
    ),
    Place(
        "docker_container docker_service nomad_job",
        "env command entrypoint *.env *.args *.command jobspec",
        "Whoever may inspect the container or the job sees it.",
        f"{_REGISTRY}/kreuzwerker/docker/latest/docs/resources/container",
        "Hand it over as a secret of Docker or of Vault.",
    ),
    Place(
        "consul_keys consul_key_prefix nomad_variable etcd_*",
        "key subkeys items value",
        "Whoever may read the store sees it.",
        f"{_REGISTRY}/hashicorp/consul/latest/docs/resources/keys",
        "Keep it in Vault.",
    ),
    # Terraform's own.
    Place(
        "null_resource terraform_data random_* time_*",
        "triggers input triggers_replace keepers",
        "It is in the state, where nothing needs it.",
        f"{_LANGUAGE}/resources/terraform-data",
        "Give it a hash of the secret, or leave it out.",
    ),
    Place(
        "data.external",
        "program",
        "It is on a command line, which other programs on the machine may see.",
        f"{_REGISTRY}/hashicorp/external/latest/docs/data-sources/external",
        "Hand it over in `query`, or leave it out.",
    ),
    Place(
        "aws_* alicloud_* digitalocean_droplet exoscale_* hcloud_server huaweicloud_* linode_instance "
        "oci_core_instance* openstack_compute_instance_* scaleway_instance_server vultr_instance",
        "user_data user_data_base64 *.user_data *.user_data_base64",
        "Whoever may read the machine sees it, and so does every program on it.",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html",
        "Keep it in a store for secrets and read it there with the identity of the machine.",
    ),
    Place(
        "*",
        "provisioner",
        "It is on a command line, in a log or in a file of another machine.",
        f"{_LANGUAGE}/resources/provisioners/syntax",
        _ROLE,
    ),
    Place(
        "aws_*",
        "policy description comment name",
        "Whoever may describe the resource sees it.",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
        "Leave it out: it does nothing there.",
    ),
    Place(
        "*",
        "tags tags_all tag *.tags *.tag",
        "Whoever may list resources sees it: tags are for everybody.",
        "https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html",
        "Leave it out of the tags.",
    ),
)

_WRITE_ONLY = "No state and no plan keeps a write-only argument."
SAFE_PLACES = PlaceTable(
    Place("*", "*_wo", _WRITE_ONLY, f"{_LANGUAGE}/manage-sensitive-data/write-only"),
    Place(
        "aws_secretsmanager_secret_version",
        "secret_string secret_binary",
        "Secrets Manager is made for it: it encrypts, and asks each reader for a permission of its own.",
        f"{_AWS}/secretsmanager_secret_version",
    ),
    Place(
        "aws_ssm_parameter",
        "value",
        "A SecureString is encrypted with a key of KMS.",
        f"{_AWS}/ssm_parameter",
        when="type=SecureString",
    ),
    Place(
        "kubernetes_secret kubernetes_secret_v1 kubernetes_secret_v1_data",
        "data string_data binary_data",
        "A Kubernetes Secret is read by those who may read secrets.",
        f"{_KUBERNETES}/secret_v1",
    ),
    Place(
        "github_actions_*secret github_codespaces_*secret github_dependabot_*secret",
        "plaintext_value encrypted_value value value_encrypted",
        "GitHub encrypts it, and nobody can read it back.",
        f"{_REGISTRY}/integrations/github/latest/docs/resources/actions_secret",
    ),
    Place(
        "gitlab_*variable",
        "value",
        "GitLab shows it to maintainers only.",
        f"{_REGISTRY}/gitlabhq/gitlab/latest/docs/resources/project_variable",
    ),
    Place("vault_*", "*", "Vault is made for it.", f"{_REGISTRY}/hashicorp/vault/latest/docs/resources/kv_secret_v2"),
    Place(
        "azurerm_key_vault_secret google_secret_manager_secret_version doppler_secret onepassword_item "
        "circleci_environment_variable circleci_context_environment_variable spacelift_environment_variable",
        "*",
        "A store that is made for secrets.",
        f"{_AZURE}/key_vault_secret",
    ),
    Place(
        "local_sensitive_file",
        "content content_base64",
        "It is in the state alone, and in a file for its owner.",
        f"{_REGISTRY}/hashicorp/local/latest/docs/resources/sensitive_file",
    ),
    Place(
        "aws_codebuild_source_credential aws_datasync_location_object_storage aws_dms_endpoint "
        "aws_cloudwatch_event_connection aws_appflow_connector_profile",
        "token secret_key password auth_parameters connector_profile_config",
        "AWS encrypts it, and nobody can read it back.",
        f"{_AWS}/datasync_location_object_storage",
    ),
    Place(
        "tfe_variable",
        "value",
        "A sensitive variable cannot be read back.",
        f"{_REGISTRY}/hashicorp/tfe/latest/docs/resources/variable",
        when="sensitive=true",
    ),
    Place(
        "helm_release",
        "set_sensitive set_wo",
        "Helm keeps it in a Kubernetes Secret.",
        f"{_REGISTRY}/hashicorp/helm/latest/docs/resources/release",
    ),
    Place(
        "aws_db_instance aws_rds_cluster aws_docdb_cluster aws_redshift_cluster aws_elasticache_* aws_mq_* "
        "aws_memorydb_*",
        "password master_password auth_token user passwords",
        "AWS shows a password to nobody; it is in the state alone.",
        f"{_AWS}/db_instance",
    ),
    Place(
        "aws_iam_access_key awsutils_expiring_iam_access_key",
        "encrypted_secret encrypted_ses_smtp_password_v4",
        "It is encrypted for whoever has the private part of `pgp_key`.",
        f"{_AWS}/iam_access_key",
    ),
)
